#include "exchange/sockets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

void sockets_free(struct sockets *sockets) {
    free(sockets->entry);
    sockets->entry = NULL;
    sockets->size = 0;
}

static struct sockets_entry *entry_of(struct sockets *sockets, int fd) {
    size_t index = (size_t)fd;
    if (index >= sockets->size) {
        size_t size = index + index / 2 + 64;
        struct sockets_entry *grown = realloc(sockets->entry, size * sizeof(*grown));
        if (grown == NULL) {
            return NULL;
        }
        memset(grown + sockets->size, 0, (size - sockets->size) * sizeof(*grown));
        sockets->entry = grown;
        sockets->size = size;
    }
    return &sockets->entry[index];
}

int sockets_open(struct sockets *sockets, int family, int type, int protocol) {
    int fd = socket(family, type | SOCK_CLOEXEC, protocol);
    if (fd < 0) {
        return -1;
    }
    struct sockets_entry *entry = entry_of(sockets, fd);
    if (entry == NULL) {
        (void)close(fd);
        errno = ENOMEM;
        return -1;
    }
    *entry = (struct sockets_entry){.ours = true};
    return fd;
}

int sockets_close(struct sockets *sockets, int fd) {
    if (fd >= 0 && (size_t)fd < sockets->size) {
        sockets->entry[fd] = (struct sockets_entry){0};
    }
    return close(fd);
}

static int leave(struct sockets *sockets, int fd, struct sockets_entry *entry) {
    if (entry->registered != 0) {
        // The descriptor may be closed already, and then is no longer there.
        (void)epoll_ctl(sockets->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        entry->registered = 0;
    }
    return 0;
}

static int join(struct sockets *sockets, int fd, struct sockets_entry *entry) {
    struct epoll_event event = {.events = entry->wanted, .data = {.fd = fd}};
    int operation = entry->registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    int result = epoll_ctl(sockets->epoll_fd, operation, fd, &event);
    // The number may belong to another file than when it was registered.
    if (result != 0 && errno == EEXIST) {
        result = epoll_ctl(sockets->epoll_fd, EPOLL_CTL_MOD, fd, &event);
    } else if (result != 0 && errno == ENOENT) {
        result = epoll_ctl(sockets->epoll_fd, EPOLL_CTL_ADD, fd, &event);
    }
    entry->registered = result == 0 ? entry->wanted : 0;
    return result;
}

int sockets_want(struct sockets *sockets, int fd, uint32_t events, uint32_t lane) {
    struct sockets_entry *entry = entry_of(sockets, fd);
    if (entry == NULL) {
        errno = ENOMEM;
        return -1;
    }
    entry->wanted = events;
    entry->lane = lane;
    if (events == 0) {
        return entry->ours ? 0 : leave(sockets, fd, entry);
    }
    return events == entry->registered ? 0 : join(sockets, fd, entry);
}

bool sockets_wanted(struct sockets *sockets, int fd, uint32_t *lane) {
    if (fd < 0 || (size_t)fd >= sockets->size) {
        return false;
    }
    struct sockets_entry *entry = &sockets->entry[fd];
    if (entry->wanted ==
        0) { // an idle connection that the server closed: it is looked at before it is used again
        (void)leave(sockets, fd, entry);
        return false;
    }
    *lane = entry->lane;
    return true;
}
