#include "log_follow.h"

#include "ration/descriptor.h"
#include "ration/log.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

// The descriptor of one message, or -1: there was no room for it.
static int descriptor_in(struct msghdr *message) {
    const struct cmsghdr *header = CMSG_FIRSTHDR(message);
    int fd = -1;
    if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof(fd))) {
        memcpy(&fd, CMSG_DATA(header), sizeof(fd));
    }
    return fd;
}

static void use(int fd) {
    int old = log_set_file(fd);
    if (old >= 0) {
        (void)close(old);
    }
}

bool log_follow_take(void) {
    for (;;) {
        char byte;
        struct iovec text = {.iov_base = &byte, .iov_len = sizeof(byte)};
        union {
            struct cmsghdr header; // aligns
            char space[CMSG_SPACE(sizeof(int))];
        } control;
        struct msghdr message = {.msg_iov = &text,
                                 .msg_iovlen = 1,
                                 .msg_control = control.space,
                                 .msg_controllen = sizeof(control.space)};
        ssize_t length = recvmsg(DESCRIPTOR_LOG_FEED, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
        if (length < 0 && errno == EINTR) {
            continue;
        }
        if (length <= 0) {
            return length < 0 && errno == EAGAIN;
        }
        int fd = descriptor_in(&message);
        if (fd >= 0) {
            use(fd);
        } else {
            log_warn("worker", "too few descriptors to take the new log file; the old one is written on");
        }
    }
}
