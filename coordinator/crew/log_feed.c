#include "crew/log_feed.h"

#include "ration/log.h"
#include "system/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int log_feed_open(struct crew *crew, uint32_t slot) {
    int ends[2];
    log_feed_close(crew, slot);
    if (crew->fd.log < 0) {
        return -1;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
        log_warn("worker", "worker %u will not follow the log file when it is opened again: %s", slot + 1,
                 descriptors_problem(errno));
        return -1;
    }
    crew->worker[slot].log_feed = descriptors_raise(ends[0]);
    return descriptors_raise(ends[1]);
}

void log_feed_close(struct crew *crew, uint32_t slot) {
    if (crew->worker[slot].log_feed >= 0) {
        (void)close(crew->worker[slot].log_feed);
        crew->worker[slot].log_feed = -1;
    }
}

// Does not wait: a full socket is that of a worker which has taken none of many for long.
static int send_to(int feed, int fd) {
    char byte = 0; // an empty message would look like the end
    struct iovec text = {.iov_base = &byte, .iov_len = sizeof(byte)};
    union {
        struct cmsghdr header; // aligns
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr message = {.msg_iov = &text,
                             .msg_iovlen = 1,
                             .msg_control = control.space,
                             .msg_controllen = sizeof(control.space)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &fd, sizeof(fd));
    return sendmsg(feed, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -1 : 0;
}

void log_feed_reopen(struct crew *crew, const struct log_file *file) {
    if (crew->fd.log < 0) {
        log_info("control", "SIGUSR1: there is no log file to be opened again");
        return;
    }
    if (log_file_reopen(file, crew->fd.log) != 0) {
        return;
    }
    log_info("control", "SIGUSR1: the log file was opened again");
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        struct crew_worker *worker = &crew->worker[slot];
        // One that is dead already is none of our worries.
        if (crew_phase_has_process(worker->phase) && worker->log_feed >= 0 &&
            send_to(worker->log_feed, crew->fd.log) != 0 && errno != EPIPE && errno != ECONNRESET) {
            log_warn("control", "worker %u writes on to the old log file: %s", slot + 1, strerror(errno));
        }
    }
}
