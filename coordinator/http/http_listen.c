#include "http/http_listen.h"

#include "system/descriptors.h"

#include <errno.h>
#include <unistd.h>

#define BACKLOG 512

int http_listen_open(struct listen_address *where) {
    int one = 1;
    int fd = descriptors_raise(
        socket(where->address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (fd < 0) {
        return -1;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)); // connections of an earlier run linger
    if (bind(fd, &where->address.any, where->length) != 0 || listen(fd, BACKLOG) != 0 ||
        getsockname(fd, &where->address.any, &where->length) != 0) {
        int error = errno;
        (void)close(fd);
        errno = error;
        return -1;
    }
    return fd;
}
