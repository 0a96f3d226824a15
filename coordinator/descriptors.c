#include "descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define HIGH 64

int descriptors_raise(int fd) {
    if (fd < 0 || fd >= HIGH) {
        return fd;
    }
    int high = fcntl(fd, F_DUPFD_CLOEXEC, HIGH);
    int error = errno;
    (void)close(fd);
    errno = error;
    return high;
}

int descriptors_fill_standard(void) {
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    return fd < 0 ? -1 : close(fd);
}
