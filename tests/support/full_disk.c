// Preloaded into a database's server by a test: while the file $FULL_FILE exists the disk is full, so that no
// file of it grows: what would is refused with ENOSPC. What a file has already can be written again.
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static int is_full(int fd, off_t end) {
    struct stat status;
    const char *path = getenv("FULL_FILE");
    if (path == NULL || access(path, F_OK) != 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) ||
        end <= status.st_size) {
        return 0;
    }
    errno = ENOSPC;
    return 1;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    static ssize_t (*real)(int, const void *, size_t, off_t);
    if (real == NULL) {
        *(void **)&real = dlsym(RTLD_NEXT, "pwrite");
    }
    return is_full(fd, at + (off_t)length) ? -1 : real(fd, bytes, length, at);
}

ssize_t pwritev(int fd, const struct iovec *piece, int count, off_t at) {
    static ssize_t (*real)(int, const struct iovec *, int, off_t);
    off_t length = 0;
    if (real == NULL) {
        *(void **)&real = dlsym(RTLD_NEXT, "pwritev");
    }
    for (int i = 0; i < count; i++) {
        length += (off_t)piece[i].iov_len;
    }
    return is_full(fd, at + length) ? -1 : real(fd, piece, count, at);
}

int posix_fallocate(int fd, off_t at, off_t length) {
    static int (*real)(int, off_t, off_t);
    if (real == NULL) {
        *(void **)&real = dlsym(RTLD_NEXT, "posix_fallocate");
    }
    return is_full(fd, at + length) ? ENOSPC : real(fd, at, length);
}
