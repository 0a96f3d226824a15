#include "control/control.h"

#include "control/run_folder.h"
#include "ration/log.h"
#include "system/descriptors.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct control {
    struct run_folder folder;
    int listener, epoll;
    uint32_t first_tag;
    bool deaf; // nothing can be accepted at the moment: looks again at the next tick
    control_obey *obey;
    void *context;
    struct control_client client[CONTROL_CLIENTS];
};

static int listen_at(const struct run_folder *folder) {
    struct sockaddr_un address;
    run_folder_address(folder, &address);
    int fd = descriptors_raise(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (fd < 0) {
        return -1;
    }
    mode_t mask = umask(0177);
    int result = bind(fd, (const struct sockaddr *)&address, sizeof(address));
    int error = errno;
    (void)umask(mask);
    if (result == 0 && listen(fd, (int)CONTROL_CLIENTS) == 0) {
        return fd;
    }
    error = result == 0 ? errno : error;
    (void)close(fd);
    errno = error;
    return -1;
}

struct control *control_open(const struct run_info *info) {
    struct control *control = calloc(1, sizeof(*control));
    if (control == NULL) {
        log_warn("control", "no control socket: out of memory");
        return NULL;
    }
    control->listener = control->epoll = -1;
    for (uint32_t i = 0; i < CONTROL_CLIENTS; i++) {
        control->client[i].fd = -1;
    }
    if (run_folder_make(&control->folder, info->run_id) != 0) {
        log_warn("control",
                 "no folder for the control socket: %s; ration ps and the like will not find this run; "
                 "set RATION_RUNTIME_DIR to a folder of your own",
                 strerror(errno));
        goto fail;
    }
    control->listener = listen_at(&control->folder);
    if (control->listener < 0 || run_folder_write(&control->folder, info) != 0) {
        log_warn("control", "no control socket in %s: %s; ration ps and the like will not find this run",
                 control->folder.path, strerror(errno));
        goto fail;
    }
    return control;
fail:
    control_close(control);
    return NULL;
}

int control_attach(struct control *control, int epoll_fd, uint32_t first_tag, control_obey *obey,
                   void *context) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.u32 = first_tag}};
    control->epoll = epoll_fd;
    control->first_tag = first_tag;
    control->obey = obey;
    control->context = context;
    return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, control->listener, &event);
}

const struct run_folder *control_folder(const struct control *control) {
    return &control->folder;
}

static void drop(struct control *control, struct control_client *client) {
    if (client->fd >= 0) {
        // Closing alone does not do it while a worker that is just being forked still has a copy.
        (void)epoll_ctl(control->epoll, EPOLL_CTL_DEL, client->fd, NULL);
        (void)close(client->fd);
        client->fd = -1;
    }
}

static void watch(struct control *control, struct control_client *client, uint32_t events, int how) {
    struct epoll_event event = {
        .events = events,
        .data = {.u32 = control->first_tag + 1 + (uint32_t)(client - control->client)},
    };
    if (epoll_ctl(control->epoll, how, client->fd, &event) != 0) {
        drop(control, client);
    }
}

static void welcome(struct control *control, int fd, uint64_t now) {
    for (uint32_t i = 0; i < CONTROL_CLIENTS; i++) {
        struct control_client *client = &control->client[i];
        if (client->fd < 0) {
            control_client_begin(client, fd, now + CONTROL_PATIENCE);
            watch(control, client, EPOLLIN, EPOLL_CTL_ADD);
            return;
        }
    }
    (void)close(fd); // more at once than anyone needs
}

static void listen_again(struct control *control, bool hear) {
    struct epoll_event event = {.events = hear ? EPOLLIN : 0, .data = {.u32 = control->first_tag}};
    control->deaf = !hear;
    (void)epoll_ctl(control->epoll, EPOLL_CTL_MOD, control->listener, &event);
}

static void accept_clients(struct control *control, uint64_t now) {
    for (uint32_t i = 0; i < CONTROL_CLIENTS; i++) {
        int fd = descriptors_raise(accept4(control->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (fd >= 0 && control_client_may_command(fd)) {
            welcome(control, fd, now);
        } else if (fd >= 0) {
            log_warn("control", "refused another user");
            (void)close(fd);
        } else if (errno != EINTR && errno != ECONNABORTED) {
            if (errno != EAGAIN) {
                // No descriptors left, for one: the event would come again and again.
                listen_again(control, false);
            }
            return;
        }
    }
}

void control_event(struct control *control, uint32_t tag, uint64_t now) {
    if (tag == control->first_tag) {
        accept_clients(control, now);
        return;
    }
    struct control_client *client = &control->client[tag - control->first_tag - 1];
    if (client->fd < 0) {
        return; // dropped earlier in this round
    }
    switch (control_client_run(client, control->obey, control->context)) {
    case CONTROL_CLIENT_INPUT:
        break;
    case CONTROL_CLIENT_OUTPUT:
        watch(control, client, EPOLLOUT, EPOLL_CTL_MOD);
        break;
    case CONTROL_CLIENT_OVER:
        drop(control, client);
        break;
    }
}

void control_tick(struct control *control, uint64_t now) {
    if (control->deaf) {
        listen_again(control, true);
    }
    for (uint32_t i = 0; i < CONTROL_CLIENTS; i++) {
        if (control->client[i].fd >= 0 && now >= control->client[i].deadline) {
            drop(control, &control->client[i]);
        }
    }
}

void control_close(struct control *control) {
    if (control == NULL) {
        return;
    }
    for (uint32_t i = 0; i < CONTROL_CLIENTS; i++) {
        drop(control, &control->client[i]);
    }
    if (control->listener >= 0) {
        (void)close(control->listener);
    }
    run_folder_remove(&control->folder);
    free(control);
}
