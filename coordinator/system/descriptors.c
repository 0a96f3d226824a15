#include "system/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
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

// A limit below HIGH is EINVAL to F_DUPFD.
const char *descriptors_problem(int error) {
    return error == EINVAL || error == EMFILE ? "too few descriptors; raise ulimit -n above 128"
                                              : strerror(error);
}

int descriptors_fill_standard(void) {
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    return fd < 0 ? -1 : close(fd);
}
