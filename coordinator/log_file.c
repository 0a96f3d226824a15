#include "log_file.h"

#include "descriptors.h"
#include "ration/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *problem(int fd, const char *const *others) {
    struct stat own;
    struct stat other;
    if (fstat(fd, &own) != 0) {
        return strerror(errno);
    }
    if (!S_ISREG(own.st_mode) && !S_ISCHR(own.st_mode)) {
        return "is not a regular file";
    }
    for (size_t i = 0; others[i] != NULL; i++) {
        if (stat(others[i], &other) == 0 && other.st_dev == own.st_dev && other.st_ino == own.st_ino) {
            return "is a file that the run reads or writes; name another one";
        }
    }
    return NULL;
}

int log_file_open(const char *path, const char *const *others) {
    struct stat before;
    bool is_new = lstat(path, &before) != 0;
    int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    int fd = descriptors_raise(open(path, flags, 0640));
    const char *wrong = fd < 0 ? strerror(errno) : problem(fd, others);
    if (wrong == NULL) {
        return fd;
    }
    log_fatal("config", "--log-file %s: %s", path, wrong);
    if (fd >= 0) {
        if (is_new) {
            (void)unlink(path);
        }
        (void)close(fd);
    }
    return -1;
}
