#include "control.h"

#include "descriptors.h"
#include "ration/log.h"
#include "run_folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

// One connection: first `text` fills with the request, then it holds the answer.
struct client {
    int fd; // -1: free
    uint64_t deadline;
    bool answering;
    size_t length; // of the request so far, or of the answer
    size_t sent;
    char text[CONTROL_COMMAND_MOST];
};

struct control {
    struct run_folder folder;
    int listener, epoll;
    uint32_t first_tag;
    bool deaf; // nothing can be accepted at the moment: looks again at the next tick
    control_obey *obey;
    void *context;
    struct client client[CONTROL_CLIENTS];
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
        log_warn("control", "no folder for the control socket: %s; ration ps and the like will not find this run; set "
                            "RATION_RUNTIME_DIR to a folder of your own",
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

int control_attach(struct control *control, int epoll_fd, uint32_t first_tag, control_obey *obey, void *context) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.u32 = first_tag}};
    control->epoll = epoll_fd;
    control->first_tag = first_tag;
    control->obey = obey;
    control->context = context;
    return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, control->listener, &event);
}

static void drop(struct control *control, struct client *client) {
    if (client->fd >= 0) {
        // Closing alone does not do it while a worker that is just being forked still has a copy.
        (void)epoll_ctl(control->epoll, EPOLL_CTL_DEL, client->fd, NULL);
        (void)close(client->fd);
        client->fd = -1;
    }
}

// ---- answering ----

static void watch(struct control *control, struct client *client, uint32_t events, int how) {
    struct epoll_event event = {.events = events,
                                .data = {.u32 = control->first_tag + 1 + (uint32_t)(client - control->client)}};
    if (epoll_ctl(control->epoll, how, client->fd, &event) != 0) {
        drop(control, client);
    }
}

static void send_answer(struct control *control, struct client *client) {
    while (client->sent < client->length) {
        ssize_t n = send(client->fd, client->text + client->sent, client->length - client->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && errno == EAGAIN) {
            watch(control, client, EPOLLOUT, EPOLL_CTL_MOD);
            return;
        }
        if (n <= 0) {
            break;
        }
        client->sent += (size_t)n;
    }
    drop(control, client);
}

static void answer(struct control *control, struct client *client, const struct control_answer *what) {
    client->answering = true;
    client->length = control_answer_encode(what, client->text, sizeof(client->text));
    client->sent = 0;
    send_answer(control, client);
}

static void refuse(struct control *control, struct client *client, const char *why) {
    struct control_answer refusal = {.good = false};
    (void)snprintf(refusal.message, sizeof(refusal.message), "%s", why);
    answer(control, client, &refusal);
}

static void obey(struct control *control, struct client *client, size_t length) {
    struct control_command command;
    struct control_answer done = {.good = true};
    const char *wrong;
    if (control_command_decode(client->text, length, &command, &wrong) != 0) {
        log_warn("control", "refused a request: %s", wrong);
        refuse(control, client, wrong);
        return;
    }
    control->obey(control->context, &command, &done);
    answer(control, client, &done);
}

// ---- asking ----

static void read_request(struct control *control, struct client *client) {
    for (;;) {
        ssize_t n = recv(client->fd, client->text + client->length, sizeof(client->text) - client->length, 0);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && errno == EAGAIN) {
            return;
        }
        if (n <= 0) {
            drop(control, client);
            return;
        }
        const char *end = memchr(client->text + client->length, '\n', (size_t)n);
        client->length += (size_t)n;
        if (end != NULL) {
            obey(control, client, (size_t)(end - client->text));
            return;
        }
        if (client->length == sizeof(client->text)) {
            refuse(control, client, "the request is too long");
            return;
        }
    }
}

static bool may_command(int fd) {
    struct ucred peer;
    socklen_t size = sizeof(peer);
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == geteuid() || peer.uid == 0);
}

static void welcome(struct control *control, int fd, uint64_t now) {
    for (uint32_t i = 0; i < CONTROL_CLIENTS; i++) {
        struct client *client = &control->client[i];
        if (client->fd < 0) {
            client->fd = fd;
            client->deadline = now + CONTROL_PATIENCE;
            client->answering = false;
            client->length = client->sent = 0;
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
        if (fd >= 0 && may_command(fd)) {
            welcome(control, fd, now);
        } else if (fd >= 0) {
            log_warn("control", "refused another user");
            (void)close(fd);
        } else if (errno != EINTR && errno != ECONNABORTED) {
            if (errno != EAGAIN) {
                listen_again(control, false); // no descriptors left, for one: the event would come again and again
            }
            return;
        }
    }
}

// ---- the loop ----

void control_event(struct control *control, uint32_t tag, uint64_t now) {
    if (tag == control->first_tag) {
        accept_clients(control, now);
        return;
    }
    struct client *client = &control->client[tag - control->first_tag - 1];
    if (client->fd < 0) {
        return; // dropped earlier in this round
    }
    if (client->answering) {
        send_answer(control, client);
    } else {
        read_request(control, client);
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
