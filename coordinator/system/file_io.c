#include "system/file_io.h"

#include <errno.h>
#include <unistd.h>

int file_io_write(int fd, const void *data, size_t size, uint64_t offset) {
    const char *at = data;
    while (size > 0) {
        ssize_t done = pwrite(fd, at, size, (off_t)offset);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return done < 0 ? errno : EIO;
        }
        at += done;
        offset += (uint64_t)done;
        size -= (size_t)done;
    }
    return 0;
}

int file_io_read(int fd, void *data, size_t size, uint64_t offset) {
    char *at = data;
    while (size > 0) {
        ssize_t done = pread(fd, at, size, (off_t)offset);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return done < 0 ? errno : EIO;
        }
        at += done;
        offset += (uint64_t)done;
        size -= (size_t)done;
    }
    return 0;
}
