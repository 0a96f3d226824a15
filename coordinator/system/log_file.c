#include "system/log_file.h"

#include "ration/log.h"
#include "system/descriptors.h"
#include "system/parent_folder.h"

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

// The descriptor, or -1 and what is wrong. `make`: O_CREAT, or 0.
static int open_checked(const struct log_file *file, int make, const char **wrong) {
    struct stat before;
    bool is_new = lstat(file->path, &before) != 0;
    int flags = O_WRONLY | O_APPEND | make | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    int fd = descriptors_raise(open(file->path, flags, 0640));
    *wrong = fd < 0 ? strerror(errno) : problem(fd, file->others);
    if (*wrong == NULL || fd < 0) {
        return fd;
    }
    if (is_new) {
        (void)unlink(file->path);
    }
    (void)close(fd);
    return -1;
}

static int open_told(const struct log_file *file, int make) {
    const char *wrong;
    int fd = open_checked(file, make, &wrong);
    if (fd < 0) {
        log_fatal("config", "--log-file %s: %s", file->path, wrong);
    }
    return fd;
}

int log_file_open(const struct log_file *file) {
    return open_told(file, O_CREAT);
}

int log_file_look(const struct log_file *file) {
    struct stat status;
    if (lstat(file->path, &status) != 0) {
        bool can = parent_folder_writable(file->path);
        if (!can) {
            log_fatal("config", "--log-file %s: %s", file->path, strerror(errno));
        }
        return can ? 0 : -1;
    }
    int fd = open_told(file, 0);
    if (fd >= 0) {
        (void)close(fd);
    }
    return fd >= 0 ? 0 : -1;
}

int log_file_reopen(const struct log_file *file, int fd) {
    const char *wrong;
    int fresh = open_checked(file, O_CREAT, &wrong);
    if (fresh >= 0 && dup3(fresh, fd, O_CLOEXEC) < 0) {
        wrong = strerror(errno);
        (void)close(fresh);
        fresh = -1;
    }
    if (fresh < 0) {
        log_warn("control", "--log-file %s cannot be opened again: %s; the old one is written on", file->path,
                 wrong);
        return -1;
    }
    (void)close(fresh);
    return 0;
}
