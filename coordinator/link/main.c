// ration-link: what a member of a fleet asks of the database. Started by `ration` alone, with a socket to it
// as descriptor 3. It has two connections, so that a tick never waits for lines; each has one call at a time.
#include "link/database.h"
#include "link/link_statement.h"
#include "ration/clock.h"
#include "ration/link_frame.h"
#include "ration/text.h"

#include <bsd/string.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKET 3
#define ENDS 64 // exit: it cannot go on; the coordinator starts another one
#define PIECE ((size_t)64 << 10)

struct lane {
    struct database database;
    bool busy;
    uint64_t number;
    char *copy; // of the frame: the values stand in it, each with a NUL behind it
};

struct link {
    char conninfo[LINK_PLACE_MOST];
    struct lane lane[LINK_LANES];
    struct text in, out;
};

// Ctrl-C reaches the whole process group; the coordinator decides what it means, and its end is this one's.
static void prepare(void) {
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGTSTP, SIGTTOU};
    for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
        (void)signal(ignored[i], SIG_IGN);
    }
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    (void)setrlimit(RLIMIT_NOFILE, &(struct rlimit){64, 64});
#ifndef COVERAGE
    (void)prctl(PR_SET_DUMPABLE, 0);
#endif
}

// The values, each as a C string: libpq takes texts so.
static bool take_values(struct lane *lane, const struct link_statement *statement,
                        const struct link_frame *frame, const struct link_field *field, uint64_t now) {
    const char *value[DATABASE_VALUES];
    int length[DATABASE_VALUES];
    size_t size = 1;
    for (uint32_t i = 0; i < frame->count; i++) {
        size += (size_t)field[i].length + 1;
    }
    lane->copy = malloc(size);
    if (lane->copy == NULL || frame->count != statement->values) {
        return false;
    }
    char *at = lane->copy;
    for (uint32_t i = 0; i < frame->count; i++) {
        value[i] = field[i].bytes != NULL ? at : NULL;
        length[i] = (int)field[i].length;
        if (field[i].bytes != NULL) {
            memcpy(at, field[i].bytes, field[i].length);
        }
        at += field[i].length;
        *at++ = '\0';
    }
    lane->busy = true;
    lane->number = frame->number;
    database_ask(&lane->database, statement->sql, frame->count, value, length, statement->binary,
                 statement->patience, now);
    return true;
}

static bool take_frame(struct link *link, const struct link_frame *frame, const struct link_field *field,
                       uint64_t now) {
    if (frame->kind == LINK_CONNECT && frame->count == 1 && field[0].length < sizeof(link->conninfo)) {
        memcpy(link->conninfo, field[0].bytes, field[0].length);
        link->conninfo[field[0].length] = '\0';
        return true;
    }
    const struct link_statement *statement = link_statement(frame->kind);
    return statement != NULL && !link->lane[statement->lane].busy &&
           take_values(&link->lane[statement->lane], statement, frame, field, now);
}

// false: the coordinator has gone, or says what this build does not understand.
static bool receive(struct link *link, uint64_t now) {
    char piece[PIECE];
    ssize_t n = recv(SOCKET, piece, sizeof(piece), MSG_DONTWAIT);
    if (n <= 0) {
        return n < 0 && (errno == EAGAIN || errno == EINTR);
    }
    text_add(&link->in, piece, (size_t)n);
    size_t taken = 0;
    for (;;) {
        struct link_frame frame;
        struct link_field *field;
        ptrdiff_t size = link_frame_read(link->in.bytes + taken, link->in.length - taken, &frame, &field);
        if (size <= 0) {
            memmove(link->in.bytes, link->in.bytes + taken, link->in.length - taken);
            link->in.length -= taken;
            return size == 0 && !link->in.failed;
        }
        bool good = take_frame(link, &frame, field, now);
        free(field);
        taken += (size_t)size;
        if (!good) {
            return false;
        }
    }
}

static bool give(struct link *link) {
    while (link->out.length > 0) {
        ssize_t n = send(SOCKET, link->out.bytes, link->out.length, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        memmove(link->out.bytes, link->out.bytes + n, link->out.length - (size_t)n);
        link->out.length -= (size_t)n;
    }
    return !link->out.failed;
}

static void step(struct link *link) {
    for (int i = 0; i < LINK_LANES; i++) {
        struct lane *lane = &link->lane[i];
        if (lane->busy &&
            database_step(&lane->database, link->conninfo, lane->number, &link->out, clock_now())) {
            lane->busy = false;
            free(lane->copy);
            lane->copy = NULL;
        }
    }
}

// Until something of it is ready. An idle connection is not looked at: the next call finds out.
static void wait_for(const struct link *link, struct pollfd *socket_ready) {
    struct pollfd wait[LINK_LANES + 1] = {{.fd = SOCKET, .events = POLLIN}};
    uint64_t now = clock_now(), first = CLOCK_NEVER;
    nfds_t count = 1;
    wait[0].events |= link->out.length > 0 ? POLLOUT : 0;
    for (int i = 0; i < LINK_LANES; i++) {
        uint64_t until;
        short events;
        if (link->lane[i].busy) {
            int fd = database_waits(&link->lane[i].database, &events, &until);
            wait[count++] = (struct pollfd){.fd = fd, .events = events};
            first = until < first ? until : first;
        }
    }
    uint64_t span = first == CLOCK_NEVER ? 0 : first > now ? (first - now) / CLOCK_MS + 1 : 0;
    int most = first == CLOCK_NEVER ? -1 : span < INT_MAX ? (int)span : INT_MAX;
    (void)poll(wait, count, most);
    *socket_ready = wait[0];
}

int main(void) {
    static struct link link;
    prepare();
    for (;;) {
        struct pollfd ready;
        wait_for(&link, &ready);
        bool goes_on = (ready.revents & (POLLIN | POLLHUP | POLLERR)) == 0 || receive(&link, clock_now());
        if (!goes_on) {
            return (ready.revents & POLLHUP) != 0 ? 0 : ENDS;
        }
        step(&link);
        if (!give(&link)) {
            return ENDS;
        }
    }
}
