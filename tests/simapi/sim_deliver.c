#include "sim_deliver.h"

#include "sim_batch_exchange.h"
#include "sim_clock.h"
#include "sim_decide.h"
#include "sim_head.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define TRICKLE_PIECES 20
#define ENDLESS_STEP_NS 1000000

void sim_deliver_later(struct exchange *x, uint64_t due_ns) {
    MHD_suspend_connection(x->connection);
    sim_timers_add(&x->simulator->timers, due_ns, x);
}

static int socket_of(const struct exchange *x) {
    return MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

/* Whether the client closed its end while the exchange waited: a write would seem to succeed. */
static bool client_is_gone(const struct exchange *x) {
    struct pollfd p = {.fd = socket_of(x), .events = POLLRDHUP};

    return poll(&p, 1, 0) > 0 && p.revents & (POLLRDHUP | POLLHUP | POLLERR);
}

static ssize_t give(struct exchange *x, char *out, size_t len) {
    memcpy(out, x->answer.data + x->given, len);
    x->given += len;
    return (ssize_t)len;
}

static ssize_t read_cut(void *cls, uint64_t at, char *out, size_t max) {
    struct exchange *x = cls;
    size_t left = x->answer.len / 2 - x->given;

    (void)at;
    if (!left)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    return give(x, out, left < max ? left : max);
}

static ssize_t read_trickle(void *cls, uint64_t at, char *out, size_t max) {
    struct exchange *x = cls;
    size_t piece = x->answer.len / TRICKLE_PIECES + 1, left = x->answer.len - x->given;
    uint64_t now_ns = sim_clock_monotonic_ns();

    (void)at;
    if (now_ns < x->next_piece_ns && !x->simulator->stopping && x->simulator->pace != PACE_HURRY) {
        sim_deliver_later(x, x->next_piece_ns);
        return 0;
    }
    x->next_piece_ns = now_ns + x->simulator->options->trickle_ms * 1000000 / TRICKLE_PIECES;
    piece = piece < left ? piece : left;
    return give(x, out, piece < max ? piece : max);
}

static ssize_t read_endless(void *cls, uint64_t at, char *out, size_t max) {
    struct exchange *x = cls;

    sim_hostile_endless(x->simulator->options->hostile, at, out, max);
    return (ssize_t)max;
}

/* The first half of a file, ended against its Content-Length in mid-line. */
static ssize_t read_cut_file(void *cls, uint64_t at, char *out, size_t max) {
    struct batch_exchange *c = cls;
    uint64_t left = c->download_bytes / 2 - at;
    size_t given = fread(out, 1, left < max ? (size_t)left : max, c->download);

    while (given > 1 && given == left && out[given - 1] == '\n')
        given--;
    return left && given ? (ssize_t)given : MHD_CONTENT_READER_END_WITH_ERROR;
}

/* A file, by a descriptor of its own. */
static struct MHD_Response *hand_out_file(struct exchange *x) {
    struct batch_exchange *c = x->batch;
    int fd;

    if (x->fault == FAULT_CUT) {
        rewind(c->download);
        return MHD_create_response_from_callback(c->download_bytes, 32768, read_cut_file, c, NULL);
    }
    fd = fcntl(fileno(c->download), F_DUPFD_CLOEXEC, 0);
    return fd < 0 ? NULL : MHD_create_response_from_fd64(c->download_bytes, fd);
}

static struct MHD_Response *make_response(struct exchange *x) {
    enum hostile hostile = x->simulator->options->hostile;
    size_t len = x->answer.len;

    if (x->batch && x->batch->download)
        return hand_out_file(x);

    if (x->record.status == 200 && (hostile == HOSTILE_HUGE_BODY || hostile == HOSTILE_GZIP_BOMB))
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 32768, read_endless, x, NULL);
    if (x->fault == FAULT_CUT)
        return MHD_create_response_from_callback(len, 4096, read_cut, x, NULL);
    if (x->fault == FAULT_TRICKLE)
        return MHD_create_response_from_callback(len, 4096, read_trickle, x, NULL);
    /* The exchange outlives the response: it is released when the request has been completed. */
    return MHD_create_response_from_buffer(len, x->answer.data, MHD_RESPMEM_PERSISTENT);
}

/* Header lines that the HTTP library would not write: straight to the socket. */
static enum MHD_Result deliver_raw(struct exchange *x, enum hostile mode, uint64_t now_ns) {
    static const char start[] = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-le";
    static const char line[] = "x-filler: 0123456789012345678901234567890123456789\r\n";
    struct text t = {0};
    ssize_t sent;

    if (!x->given)
        sim_text_add(&t, start, mode == HOSTILE_CUT_HEADERS ? sizeof(start) - 1 : 17);
    x->given = 1;
    while (mode == HOSTILE_ENDLESS_HEADERS && t.len < 16384)
        sim_text_add(&t, line, sizeof(line) - 1);
    sent = send(socket_of(x), t.data, t.len, MSG_NOSIGNAL | MSG_DONTWAIT);
    sim_text_free(&t);
    if (mode == HOSTILE_CUT_HEADERS || (sent < 0 && errno != EAGAIN))
        return MHD_NO;
    sim_deliver_later(x, now_ns + ENDLESS_STEP_NS);
    return MHD_YES;
}

enum MHD_Result sim_deliver(struct exchange *x, uint64_t now_ns) {
    enum hostile hostile = x->simulator->options->hostile;
    bool waited = now_ns > x->arrived_ns + 1000000;
    struct MHD_Response *r;
    enum MHD_Result result;

    if (x->simulator->stopping)
        return MHD_NO;
    if (x->stage == EXCHANGE_DECIDED) {
        sim_decide_settle(x->simulator, x, now_ns);
        if (waited && client_is_gone(x)) {
            x->record.status = -1;
            return MHD_NO;
        }
    }
    x->stage = EXCHANGE_DELIVERING;
    if (x->fault == FAULT_DROP)
        return MHD_NO;
    if (x->record.status == 200 && !x->unaudited) {
        if (hostile == HOSTILE_CUT_HEADERS || hostile == HOSTILE_ENDLESS_HEADERS)
            return deliver_raw(x, hostile, now_ns);
        if (hostile == HOSTILE_REDIRECT)
            x->record.status = 307;
    }
    r = make_response(x);
    if (!r)
        return MHD_NO;
    sim_head_add(x, r, now_ns);
    result = MHD_queue_response(x->connection, (unsigned int)x->record.status, r);
    MHD_destroy_response(r);
    return result;
}
