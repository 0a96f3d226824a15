#include "output/result_rewrite.h"

#include "ration/log.h"
#include "system/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEW_SIZE (PATH_MAX + sizeof(RESULT_REWRITE_SUFFIX))

struct copy {
    const struct bits *drop;
    FILE *to;
};

static int copy_line(void *context, const struct result_row *row) {
    struct copy *copy = context;
    if (bits_get(copy->drop, row->number)) {
        return 0;
    }
    if (fwrite(row->text, 1, row->size, copy->to) != row->size || putc('\n', copy->to) == EOF) {
        return errno;
    }
    return 0;
}

// Where a symbolic link leads, and the name of the new file beside it. 0 or an errno.
static int find_paths(const char *name, char old[PATH_MAX], char new[NEW_SIZE]) {
    if (realpath(name, old) == NULL) {
        return errno;
    }
    (void)snprintf(new, NEW_SIZE, "%s" RESULT_REWRITE_SUFFIX, old);
    return 0;
}

// With the old file's permissions and, where that is allowed, its owner. -1 with errno.
static int create(const char *path, int old) {
    struct stat status;
    if (fstat(old, &status) != 0 || (unlink(path) != 0 && errno != ENOENT)) {
        return -1;
    }
    int fd =
        descriptors_raise(open(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (fd < 0) {
        return -1;
    }
    bool owned = fchown(fd, status.st_uid, status.st_gid) == 0;
    // Another group must not get what the old one had.
    mode_t mode = owned ? status.st_mode & 07777 : status.st_mode & 0707;
    if (fchmod(fd, mode) != 0) {
        int error = errno;
        (void)close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

// 0 or an errno.
static int fill(int fd, const struct result_file *file, const struct bits *drop) {
    int second = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    struct copy copy = {drop, second < 0 ? NULL : fdopen(second, "a")};
    if (copy.to == NULL) {
        int error = errno;
        if (second >= 0) {
            (void)close(second);
        }
        return error;
    }
    int error = result_file_each(file, copy_line, &copy);
    if (fclose(copy.to) != 0 && error == 0) {
        error = errno;
    }
    if (error == 0 && fsync(fd) != 0) {
        error = errno;
    }
    return error;
}

// So that the new name survives the machine's crash. Some file systems cannot sync a folder; that is no
// reason to stop.
static void sync_folder(char *path) {
    int fd = open(dirname(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        (void)close(fd);
    }
}

int result_rewrite(const struct result_file *file, const struct bits *drop, result_rewrite_lock *lock,
                   void *context) {
    char old[PATH_MAX];
    char new[NEW_SIZE];
    int fd = -1;
    int error = find_paths(file->name, old, new);
    if (error != 0) {
        goto fail;
    }
    fd = create(new, file->fd);
    if (fd < 0) {
        error = errno;
        goto fail;
    }
    error = fill(fd, file, drop);
    if (error == 0 && ((lock != NULL && lock(context, fd) != 0) || rename(new, old) != 0)) {
        error = errno;
    }
    if (error != 0) {
        (void)unlink(new);
        goto fail;
    }
    sync_folder(old);
    return fd;
fail:
    if (fd >= 0) {
        (void)close(fd);
    }
    log_fatal("run", "%s: cannot remove the lines of artists that are asked again: %s", file->name,
              strerror(error));
    return -1;
}

void result_rewrite_clean(const char *name) {
    char old[PATH_MAX];
    char new[NEW_SIZE];
    if (find_paths(name, old, new) == 0) {
        (void)unlink(new);
    }
}
