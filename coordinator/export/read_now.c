#include "export/read_now.h"

#include "ration/file_io.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>
#include <sys/uio.h>

int read_now(int fd, void *data, size_t size, uint64_t offset) {
    char *at = data;
    while (size > 0) {
        struct iovec piece = {at, size};
        ssize_t n = preadv2(fd, &piece, 1, (off_t)offset, RWF_NOWAIT);
        if (n < 0 && (errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL)) {
            return file_io_read(fd, at, size, offset);
        }
        if (n < 0 && errno == EAGAIN) {
            (void)posix_fadvise(fd, (off_t)offset, (off_t)size, POSIX_FADV_WILLNEED);
            return EAGAIN;
        }
        if (n <= 0) {
            return n < 0 ? errno : EIO;
        }
        at += n;
        offset += (uint64_t)n;
        size -= (size_t)n;
    }
    return 0;
}
