#include "output/last_run_file.h"

#include "output/output_name.h"
#include "ration/file_io.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".ration"

char *last_run_file_path(const char *output) {
    char *path = NULL;
    const char *name = output_name_last(output);
    return asprintf(&path, "%.*s.%s" SUFFIX, (int)(name - output), output, name) < 0 ? NULL : path;
}

bool last_run_file_is_one(const char *name) {
    size_t length = strlen(name);
    return name[0] == '.' && length > strlen(SUFFIX) + 1 &&
           strcmp(name + length - strlen(SUFFIX), SUFFIX) == 0;
}

// A new file of this name alone. 0, or -1 with errno.
static int write_new(const char *path, const char *text, bool firm) {
    (void)unlink(path); // of a process that was killed here
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return -1;
    }
    int error = file_io_append(fd, text, strlen(text));
    if (error == 0 && firm && fdatasync(fd) != 0) {
        error = errno;
    }
    if (close(fd) != 0 && error == 0) {
        error = errno;
    }
    errno = error;
    return error == 0 ? 0 : -1;
}

int last_run_file_write(const char *output, const struct last_run *last, bool firm) {
    char *path = last_run_file_path(output);
    char *text = last_run_encode(last);
    char *fresh = NULL;
    int result = -1;
    int error = ENOMEM;
    if (path != NULL && text != NULL && asprintf(&fresh, "%s.new", path) >= 0) {
        result = write_new(fresh, text, firm) == 0 ? rename(fresh, path) : -1;
        error = errno;
        if (result != 0) {
            (void)unlink(fresh);
        }
        free(fresh);
    }
    cJSON_free(text);
    free(path);
    errno = error;
    return result;
}

static int read_file(int fd, struct last_run *last) {
    struct stat status;
    int result = -1;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > (off_t)LAST_RUN_MOST) {
        return -1;
    }
    char *text = malloc((size_t)status.st_size + 1);
    ssize_t n = text != NULL ? read(fd, text, (size_t)status.st_size) : -1;
    if (n > 0) {
        result = last_run_decode(text, (size_t)n, last);
    }
    free(text);
    return result;
}

int last_run_file_read(const char *output, struct last_run *last) {
    char *path = last_run_file_path(output);
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
    int result =
        fd < 0 ? (path != NULL && (errno == ENOENT || errno == ENOTDIR) ? 1 : -1) : read_file(fd, last);
    if (fd >= 0) {
        (void)close(fd);
    }
    free(path);
    return result;
}

void last_run_file_remove(const char *output) {
    char *path = last_run_file_path(output);
    if (path != NULL) {
        (void)unlink(path);
    }
    free(path);
}

void last_run_file_boot(char out[40]) {
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, out, 39) : -1;
    out[n > 0 ? n : 0] = '\0';
    out[strcspn(out, "\n")] = '\0';
    if (fd >= 0) {
        (void)close(fd);
    }
}

enum last_run_state last_run_file_state(const char *output, const struct last_run *last) {
    struct last_run_facts facts = {.ended = last->ended[0] != '\0'};
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char boot[40];
    last_run_file_boot(boot);
    facts.same_boot = boot[0] == '\0' || last->boot[0] == '\0' || strcmp(boot, last->boot) == 0;
    int fd = open(output, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd >= 0) {
        facts.coordinator = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
        // Only asked of a run that has not ended: a lock that is tried for is held for a moment.
        facts.workers = !facts.ended && flock(fd, LOCK_SH | LOCK_NB) != 0;
        (void)close(fd);
    }
    return last_run_judge(&facts);
}
