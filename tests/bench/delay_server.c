// A neutral server: reads HTTP/1.1 requests and gives each the same answer, at once or after a delay. Knows
// no limits, no faults and no prompts, and holds many thousand connections at little cost.
//
//   delay_server --answer FILE [--headers FILE] [--delay-ms N] [--port N] [--port-file FILE]
//
// The file of headers has one on each line, without Content-Length. Each # in it is a digit of a number that
// falls with each answer, as what is left of a limit does.
//
// Ends with the process that started it.
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST_CONNECTIONS 16384
#define MOST_EVENTS 512
#define MOST_DIGITS 64
#define MOST_HEAD 4096 // bytes of a request's headers
#define MS 1000000ULL

struct connection {
    uint32_t generation; // raised when it closes, so that an answer for who was here before is dropped
    size_t held;         // bytes of a head that is not whole
    size_t body_left;    // bytes of the body still to come
    char head[MOST_HEAD];
};

struct due {
    uint64_t when;
    int fd;
    uint32_t generation;
};

struct server {
    int epoll_fd, listen_fd;
    uint64_t delay;
    char *answer;
    size_t answer_length;
    size_t digit[MOST_DIGITS]; // places in the answer of what falls
    size_t digits;
    uint64_t answers;
    struct connection *connection[MOST_CONNECTIONS]; // by descriptor
    struct due queue[MOST_CONNECTIONS]; // a ring, in the order of the times: the delay is one for all
    size_t first, count;
};

static uint64_t now(void) {
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000 * MS + (uint64_t)time.tv_nsec;
}

static void watch(const struct server *server, int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.fd = fd}};
    if (epoll_ctl(server->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
        err(1, "epoll_ctl");
    }
}

static void close_one(const struct server *server, int fd) {
    server->connection[fd]->generation++;
    (void)close(fd);
}

// Each run of digits begins anew with the last one of the number.
static void count_down(struct server *server) {
    uint64_t left = 0;
    server->answers++;
    for (size_t i = server->digits; i > 0; i--) {
        bool first = i == server->digits || server->digit[i] != server->digit[i - 1] + 1;
        left = first ? 99999999 - server->answers % 100000000 : left;
        server->answer[server->digit[i - 1]] = (char)('0' + left % 10);
        left /= 10;
    }
}

static void send_answer(struct server *server, int fd) {
    count_down(server);
    // The answer is small: a peer that reads so little of it is gone.
    if (send(fd, server->answer, server->answer_length, MSG_NOSIGNAL) != (ssize_t)server->answer_length) {
        close_one(server, fd);
    }
}

static void answer(struct server *server, int fd, uint64_t time) {
    if (server->delay == 0) {
        send_answer(server, fd);
    } else if (server->count < MOST_CONNECTIONS) {
        server->queue[(server->first + server->count++) % MOST_CONNECTIONS] =
            (struct due){time + server->delay, fd, server->connection[fd]->generation};
    }
}

static void answer_due(struct server *server, uint64_t time) {
    while (server->count > 0 && server->queue[server->first].when <= time) {
        const struct due *due = &server->queue[server->first];
        if (server->connection[due->fd]->generation == due->generation) {
            send_answer(server, due->fd);
        }
        server->first = (server->first + 1) % MOST_CONNECTIONS;
        server->count--;
    }
}

static int wait_ms(const struct server *server) {
    if (server->count == 0) {
        return -1;
    }
    uint64_t time = now();
    uint64_t when = server->queue[server->first].when;
    return when <= time ? 0 : (int)((when - time + MS - 1) / MS);
}

// Length of the body that a head announces.
static size_t body_length(const char *head, size_t length) {
    static const char name[] = "\ncontent-length:";
    for (size_t i = 0; i + sizeof(name) <= length; i++) {
        if (head[i] == '\n' && strncasecmp(head + i, name, sizeof(name) - 1) == 0) {
            return strtoul(head + i + sizeof(name) - 1, NULL, 10);
        }
    }
    return 0;
}

// Takes one whole head, or the rest of one body, from the bytes held. false: more must come.
static bool take(struct server *server, int fd, struct connection *connection, uint64_t time) {
    size_t used;
    if (connection->body_left > 0) {
        used = connection->held < connection->body_left ? connection->held : connection->body_left;
        connection->body_left -= used;
    } else {
        const char *end = memmem(connection->head, connection->held, "\r\n\r\n", 4);
        if (end == NULL) {
            return false;
        }
        used = (size_t)(end + 4 - connection->head);
        connection->body_left = body_length(connection->head, used);
    }
    if (used == 0) {
        return false;
    }
    connection->held -= used;
    memmove(connection->head, connection->head + used, connection->held);
    if (connection->body_left == 0) {
        answer(server, fd, time);
    }
    return connection->held > 0;
}

static void receive(struct server *server, int fd, uint64_t time) {
    struct connection *connection = server->connection[fd];
    ssize_t got = recv(fd, connection->head + connection->held, MOST_HEAD - connection->held, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (got <= 0) {
        close_one(server, fd);
        return;
    }
    connection->held += (size_t)got;
    uint32_t generation = connection->generation;
    while (take(server, fd, connection, time)) {
        if (connection->generation != generation) {
            return;
        }
    }
}

static void welcome(struct server *server) {
    int fd;
    while ((fd = accept4(server->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
        const int on = 1;
        if (fd >= MOST_CONNECTIONS) {
            (void)close(fd);
            continue;
        }
        if (server->connection[fd] == NULL) {
            server->connection[fd] = calloc(1, sizeof(*server->connection[fd]));
            if (server->connection[fd] == NULL) {
                err(1, "connection");
            }
        }
        server->connection[fd]->held = server->connection[fd]->body_left = 0;
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        watch(server, fd);
    }
}

static void listen_on(struct server *server, uint16_t port, const char *port_file) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t length = sizeof(address);
    const int on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (server->listen_fd < 0 ||
        setsockopt(server->listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(server->listen_fd, (struct sockaddr *)&address, length) != 0 ||
        listen(server->listen_fd, 4096) != 0 ||
        getsockname(server->listen_fd, (struct sockaddr *)&address, &length) != 0) {
        err(1, "listening on port %u", port);
    }
    FILE *file = port_file == NULL ? stdout : fopen(port_file, "w");
    if (file == NULL || fprintf(file, "%u\n", ntohs(address.sin_port)) < 0 || fflush(file) != 0) {
        err(1, "%s", port_file == NULL ? "standard output" : port_file);
    }
    if (port_file != NULL) {
        (void)fclose(file);
    }
}

static char *read_file(const char *path, size_t *length) {
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        err(1, "%s", path);
    }
    ssize_t got = getdelim(&text, &size, '\0', file);
    (void)fclose(file);
    if (got < 0) {
        err(1, "%s", path);
    }
    *length = (size_t)got;
    return text;
}

// The lines of the file with CRLF.
static void add_headers(FILE *out, const char *path) {
    size_t length;
    char *text = read_file(path, &length);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        (void)fprintf(out, "%s\r\n", line);
    }
    free(text);
}

static void load_answer(struct server *server, const char *path, const char *headers) {
    size_t length;
    char *body = read_file(path, &length);
    FILE *out = open_memstream(&server->answer, &server->answer_length);
    if (out == NULL) {
        err(1, "%s", path);
    }
    (void)fprintf(out, "HTTP/1.1 200 OK\r\n");
    if (headers != NULL) {
        add_headers(out, headers);
    } else {
        (void)fprintf(out, "Content-Type: application/json\r\nx-request-id: req_neutral\r\n");
    }
    (void)fprintf(out, "Content-Length: %zu\r\n\r\n", length);
    (void)fflush(out);
    for (size_t i = 0; i < server->answer_length && server->digits < MOST_DIGITS; i++) {
        if (server->answer[i] == '#') {
            server->digit[server->digits++] = i;
        }
    }
    (void)fwrite(body, 1, length, out);
    if (fclose(out) != 0) {
        err(1, "%s", path);
    }
    free(body);
}

static void serve(struct server *server) {
    struct epoll_event event[MOST_EVENTS];
    for (;;) {
        int count = epoll_wait(server->epoll_fd, event, MOST_EVENTS, wait_ms(server));
        if (count < 0 && errno != EINTR) {
            err(1, "epoll_wait");
        }
        uint64_t time = now();
        for (int i = 0; i < count; i++) {
            if (event[i].data.fd == server->listen_fd) {
                welcome(server);
            } else {
                receive(server, event[i].data.fd, time);
            }
        }
        answer_due(server, time);
    }
}

static unsigned long number(const char *text, unsigned long most) {
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || value > most) {
        errx(2, "not a number up to %lu: %s", most, text);
    }
    return value;
}

int main(int argc, char **argv) {
    static const struct option options[] = {
        {"answer", required_argument, NULL, 'a'},    {"headers", required_argument, NULL, 'h'},
        {"delay-ms", required_argument, NULL, 'd'},  {"port", required_argument, NULL, 'p'},
        {"port-file", required_argument, NULL, 'f'}, {0}};
    static struct server server;
    const char *answer_file = NULL;
    const char *headers_file = NULL;
    const char *port_file = NULL;
    uint16_t port = 0;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'a':
            answer_file = optarg;
            break;
        case 'h':
            headers_file = optarg;
            break;
        case 'd':
            server.delay = number(optarg, 1000000) * MS;
            break;
        case 'p':
            port = (uint16_t)number(optarg, 65535);
            break;
        case 'f':
            port_file = optarg;
            break;
        default:
            return 2;
        }
    }
    if (answer_file == NULL || optind != argc) {
        errx(2, "usage: delay_server --answer FILE [--headers FILE] [--delay-ms N] [--port N] [--port-file "
                "FILE]");
    }
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    load_answer(&server, answer_file, headers_file);
    server.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (server.epoll_fd < 0) {
        err(1, "epoll_create1");
    }
    listen_on(&server, port, port_file);
    watch(&server, server.listen_fd);
    serve(&server);
}
