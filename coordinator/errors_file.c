#include "errors_file.h"

#include "ration/log.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct copy {
    const struct bits *keep;
    FILE *to;
};

static int copy_line(void *context, uint32_t number, const char *text, size_t size) {
    struct copy *copy = context;
    if (!bits_get(copy->keep, number)) {
        return 0;
    }
    if (fwrite(text, 1, size, copy->to) != size || putc('\n', copy->to) == EOF) {
        return errno;
    }
    return 0;
}

// With the old file's permissions. A leftover of an earlier attempt is overwritten; the run's lock keeps others away.
static FILE *create(const char *path, int old) {
    struct stat status;
    if (fstat(old, &status) != 0) {
        return NULL;
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0) {
        return NULL;
    }
    FILE *file = fchmod(fd, status.st_mode & 07777) == 0 ? fdopen(fd, "w") : NULL;
    if (file == NULL) {
        int error = errno;
        close(fd);
        errno = error;
    }
    return file;
}

static int write_new(const struct result_file *file, const struct bits *keep, const char *path) {
    struct copy copy = {keep, create(path, file->fd)};
    if (copy.to == NULL) {
        return errno;
    }
    int error = result_file_each(file, copy_line, &copy);
    if (error == 0 && (fflush(copy.to) != 0 || fsync(fileno(copy.to)) != 0)) {
        error = errno;
    }
    if (fclose(copy.to) != 0 && error == 0) {
        error = errno;
    }
    return error;
}

// So that the new name survives the machine's crash. Some file systems cannot sync a folder; that is no reason to stop.
static void sync_folder(const char *path) {
    char copy[PATH_MAX];
    snprintf(copy, sizeof(copy), "%s", path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
}

int errors_file_rewrite(const struct result_file *file, const struct bits *keep) {
    char old[PATH_MAX]; // where a symbolic link leads
    char new[PATH_MAX + sizeof(".new")];
    int error = realpath(file->name, old) == NULL ? errno : 0;
    if (error == 0) {
        snprintf(new, sizeof(new), "%s.new", old);
        error = write_new(file, keep, new);
        if (error == 0 && rename(new, old) != 0) {
            error = errno;
        }
        if (error != 0) {
            (void)unlink(new);
        }
    }
    if (error != 0) {
        log_fatal("run", "%s: cannot remove the lines of artists that are asked again: %s", file->name,
                  strerror(error));
        return -1;
    }
    sync_folder(old);
    return 0;
}
