#include "ration/file_io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// One call came back with `done`. True: there is more to do. False: *error says why not.
static bool go_on(ssize_t done, int nothing, int *error) {
    *error = done > 0 || (done < 0 && errno == EINTR) ? 0 : done < 0 ? errno : nothing;
    return *error == 0;
}

int file_io_append(int fd, const void *data, size_t size) {
    const char *at = data;
    int error = 0;
    for (size_t all = 0; all < size;) {
        ssize_t done = write(fd, at + all, size - all);
        if (!go_on(done, ENOSPC, &error)) {
            break;
        }
        all += done > 0 ? (size_t)done : 0;
    }
    return error;
}

int file_io_write(int fd, const void *data, size_t size, uint64_t offset) {
    const char *at = data;
    int error = 0;
    for (size_t all = 0; all < size;) {
        ssize_t done = pwrite(fd, at + all, size - all, (off_t)(offset + all));
        if (!go_on(done, EIO, &error)) {
            break;
        }
        all += done > 0 ? (size_t)done : 0;
    }
    return error;
}

int file_io_read(int fd, void *data, size_t size, uint64_t offset) {
    char *at = data;
    int error = 0;
    for (size_t all = 0; all < size;) {
        ssize_t done = pread(fd, at + all, size - all, (off_t)(offset + all));
        if (!go_on(done, EIO, &error)) {
            break;
        }
        all += done > 0 ? (size_t)done : 0;
    }
    return error;
}

int file_io_nameless(const char *folder) {
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) {
        return fd;
    }
    // The file system cannot make a file without a name.
    char path[PATH_MAX];
    int length = snprintf(path, sizeof(path), "%s/.ration-XXXXXX", folder);
    if (length < 0 || (size_t)length >= sizeof(path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0 && unlink(path) != 0) {
        int error = errno;
        (void)close(fd);
        errno = error;
        return -1;
    }
    return fd;
}
