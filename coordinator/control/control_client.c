#include "control/control_client.h"

#include "ration/log.h"

#include <bsd/string.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void control_client_begin(struct control_client *client, int fd, uint64_t deadline) {
    client->fd = fd;
    client->deadline = deadline;
    client->answering = false;
    client->length = client->sent = 0;
}

static enum control_client_wait send_answer(struct control_client *client) {
    while (client->sent < client->length) {
        ssize_t n =
            send(client->fd, client->text + client->sent, client->length - client->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && errno == EAGAIN) {
            return CONTROL_CLIENT_OUTPUT;
        }
        if (n <= 0) {
            break;
        }
        client->sent += (size_t)n;
    }
    return CONTROL_CLIENT_OVER;
}

static enum control_client_wait answer(struct control_client *client, const struct control_answer *what) {
    client->answering = true;
    client->length = control_answer_encode(what, client->text, sizeof(client->text));
    client->sent = 0;
    return send_answer(client);
}

static enum control_client_wait refuse(struct control_client *client, const char *why) {
    struct control_answer refusal = {.good = false};
    log_warn("control", "refused a request: %s", why);
    (void)strlcpy(refusal.message, why, sizeof(refusal.message));
    return answer(client, &refusal);
}

// Who gave up waiting was told that nothing happened.
static bool still_waits(const struct control_client *client) {
    struct pollfd poll_fd = {.fd = client->fd};
    return poll(&poll_fd, 1, 0) >= 0 && (poll_fd.revents & (POLLHUP | POLLERR)) == 0;
}

static enum control_client_wait follow(struct control_client *client, size_t length, control_obey *obey,
                                       void *context) {
    struct control_command command;
    struct control_answer done = {.good = true};
    const char *wrong;
    if (!still_waits(client)) {
        log_warn("control", "a command came too late and is not followed: who gave it has gone");
        return CONTROL_CLIENT_OVER;
    }
    if (control_command_decode(client->text, length, &command, &wrong) != 0) {
        return refuse(client, wrong);
    }
    obey(context, &command, &done);
    return answer(client, &done);
}

enum control_client_wait control_client_run(struct control_client *client, control_obey *obey,
                                            void *context) {
    if (client->answering) {
        return send_answer(client);
    }
    while (client->length < sizeof(client->text)) {
        char *at = client->text + client->length;
        ssize_t n = recv(client->fd, at, sizeof(client->text) - client->length, 0);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && errno == EAGAIN) {
            return CONTROL_CLIENT_INPUT;
        }
        if (n <= 0) {
            return CONTROL_CLIENT_OVER;
        }
        client->length += (size_t)n;
        const char *end = memchr(at, '\n', (size_t)n);
        if (end != NULL) {
            return follow(client, (size_t)(end - client->text), obey, context);
        }
    }
    return refuse(client, "the request is too long");
}

bool control_client_may_command(int fd) {
    struct ucred peer;
    socklen_t size = sizeof(peer);
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           (peer.uid == geteuid() || peer.uid == 0);
}
