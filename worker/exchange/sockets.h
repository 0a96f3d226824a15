// The descriptors of the HTTP library in the loop's epoll. The library wants each socket taken out after a
// request and put back with the next; a socket opened here stays in epoll until it is closed or wakes us for
// nothing, which saves two system calls a request.
#ifndef RATION_SOCKETS_H
#define RATION_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockets_entry {
    uint32_t registered; // events in epoll
    uint32_t wanted;     // events that the library asked for
    uint32_t lane;       // the caller's number for it
    bool ours;           // opened by sockets_open(): sockets_close() will tell its end
};

struct sockets {
    int epoll_fd;
    struct sockets_entry *entry; // by descriptor
    size_t size;
};

void sockets_free(struct sockets *sockets);

// As socket(2), close-on-exec. -1 with errno.
int sockets_open(struct sockets *sockets, int family, int type, int protocol);
// As close(2).
int sockets_close(struct sockets *sockets, int fd);

// The library wants these EPOLL* events of `fd` for `lane`; 0: none at present. 0, or -1 with errno.
int sockets_want(struct sockets *sockets, int fd, uint32_t events, uint32_t lane);

// An event came. True, and *lane, when someone wants it.
bool sockets_wanted(struct sockets *sockets, int fd, uint32_t *lane);

#endif
