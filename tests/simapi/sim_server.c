#include "sim_server.h"

#include "sim_batch_exchange.h"
#include "sim_batch_run.h"
#include "sim_clock.h"
#include "sim_decide.h"
#include "sim_deliver.h"
#include "sim_front.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECTION_MEMORY 16384
#define LONGEST_WAIT_MS 100 /* a signal that comes just before the wait is noticed after it */

static const char *header_of(const struct exchange *x, const char *name) {
    return MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name);
}

static struct exchange *begin(struct simulator *s, struct MHD_Connection *connection, const char *method,
                              const char *url) {
    struct exchange *x = sim_exchange_new(&s->pool);
    const char *tag;

    x->simulator = s;
    x->connection = connection;
    tag = header_of(x, "X-Client-Request-Id");
    if (tag)
        sim_text_add(&x->tag, tag, strlen(tag) + 1);
    if (s->batches)
        sim_batch_exchange_begin(s, x, method, url);
    return x;
}

/* What exceeds the limit is read all the same: an answer before the end of the body would be lost to a reset.
 */
static void collect(struct exchange *x, const char *bytes, size_t len) {
    if (x->batch && x->batch->upload) {
        sim_upload_feed(x->batch->upload, bytes, len);
        return;
    }
    if (len > x->simulator->options->max_body - x->body.len)
        x->too_large = true;
    if (!x->too_large)
        sim_text_add(&x->body, bytes, len);
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **request) {
    struct simulator *s = cls;
    struct exchange *x = *request;
    struct decide_request r;

    (void)version;
    if (!x) {
        *request = begin(s, connection, method, url);
        return MHD_YES;
    }
    if (*upload_size) {
        collect(x, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    if (x->stage != EXCHANGE_READING)
        return sim_deliver(x, sim_clock_monotonic_ns());

    r = (struct decide_request){.method = method,
                                .path = url,
                                .authorization = header_of(x, "Authorization"),
                                .api_key = header_of(x, "x-api-key"),
                                .anthropic_version = header_of(x, "anthropic-version"),
                                .now_ns = sim_clock_monotonic_ns(),
                                .clock_ns = sim_clock_real_ns()};
    if (!r.api_key)
        r.api_key = header_of(x, "api-key");
    sim_decide(s, x, &r);
    x->stage = EXCHANGE_DECIDED;
    /* A signal that came before it has let it go already. */
    if (s->options->hold_after && x->number == s->options->hold_after + 1 && *s->asked == PACE_TIMED)
        *s->asked = s->pace = PACE_HOLD;
    if (s->pace == PACE_HURRY)
        x->due_ns = r.now_ns;
    if (x->due_ns <= r.now_ns && s->pace != PACE_HOLD)
        return sim_deliver(x, r.now_ns);
    sim_deliver_later(x, x->due_ns);
    return MHD_YES;
}

/* Whether the end of the request is none that was meant. */
static const char *mishap(const struct exchange *x, enum MHD_RequestTerminationCode code) {
    bool meant = x->fault == FAULT_DROP || x->fault == FAULT_CUT || x->simulator->options->hostile;

    if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK)
        return NULL;
    if (x->simulator->stopping && x->stage != EXCHANGE_DELIVERING)
        return "shutdown";
    return meant && x->stage == EXCHANGE_DELIVERING && x->record.status >= 0 ? NULL : "client-gone";
}

static void completed(void *cls, struct MHD_Connection *connection, void **request,
                      enum MHD_RequestTerminationCode code) {
    struct simulator *s = cls;
    struct exchange *x = *request;
    uint64_t clock_ns = sim_clock_real_ns();
    const char *why;

    (void)connection;
    if (!x)
        return;
    *request = NULL;
    why = mishap(x, code);
    if (!x->record.arrived_ns) { /* the body never came whole */
        x->record.arrived_ns = clock_ns;
        if (x->tag.len)
            sim_tag_parse(&x->record.tag, x->tag.data);
    }
    if (why) {
        x->record.fault = why;
        x->record.status = -1;
    } else if (x->fault == FAULT_DROP) {
        x->record.status = 0;
    } else {
        x->record.answered_ns = clock_ns;
    }
    s->tally.answered += x->record.status > 0 && !x->unaudited;
    s->tally.refused += x->record.status == 429;
    s->tally.faults += x->fault != FAULT_NONE && x->stage != EXCHANGE_READING;
    if (!x->unaudited)
        sim_audit_add(&s->audit, &x->record, sim_clock_monotonic_ns());
    sim_batch_exchange_free(x->batch);
    sim_front_leave(s, x);
    sim_exchange_release(&s->pool, x);
}

static char *read_pem(const char *path) {
    char *bytes = NULL;
    size_t cap = 0;
    FILE *f;

    if (!path)
        return NULL;
    f = fopen(path, "re");
    if (!f || getdelim(&bytes, &cap, '\0', f) < 0)
        err(1, "fatal: cannot read %s", path);
    fclose(f);
    return bytes;
}

void sim_server_start(struct server *server, struct simulator *s) {
    const struct options *o = s->options;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)o->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, NULL}, {MHD_OPTION_HTTPS_MEM_KEY, 0, NULL}, {MHD_OPTION_END, 0, NULL}};
    unsigned flags = MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME;

    *server = (struct server){.tls_cert = read_pem(o->tls_cert), .tls_key = read_pem(o->tls_key)};
    tls[0].ptr_value = server->tls_cert;
    tls[1].ptr_value = server->tls_key;
    if (!server->tls_cert)
        tls[0].option = MHD_OPTION_END;
    else
        flags |= MHD_USE_TLS;
    server->daemon = MHD_start_daemon(flags, 0, NULL, NULL, handle, s, MHD_OPTION_ARRAY, tls,
                                      MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_CONNECTION_LIMIT,
                                      (unsigned)o->max_connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                      (size_t)CONNECTION_MEMORY, MHD_OPTION_LISTEN_BACKLOG_SIZE, 4096u,
                                      MHD_OPTION_NOTIFY_COMPLETED, completed, s, MHD_OPTION_END);
    if (!server->daemon)
        err(1, "fatal: cannot listen on 127.0.0.1:%ju", (uintmax_t)o->port);
    server->port = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

/* How long nothing can happen, unless a client does something. */
static int wait_ms(const struct server *server, const struct simulator *s, uint64_t now_ns) {
    uint64_t due_ns = s->pace == PACE_HOLD ? UINT64_MAX : sim_timers_next(&s->timers);
    MHD_UNSIGNED_LONG_LONG library_ms;

    if (s->audit.flush_due_ns < due_ns)
        due_ns = s->audit.flush_due_ns;
    if (s->beat.due_ns < due_ns)
        due_ns = s->beat.due_ns;
    if (s->batches && s->batches->due_ns < due_ns && s->pace != PACE_HOLD)
        due_ns = s->batches->due_ns;
    if (due_ns <= now_ns)
        return 0;
    due_ns = (due_ns - now_ns + 999999) / 1000000;
    if (MHD_get_timeout(server->daemon, &library_ms) == MHD_YES && library_ms < due_ns)
        due_ns = library_ms;
    return due_ns < LONGEST_WAIT_MS ? (int)due_ns : LONGEST_WAIT_MS;
}

/* Takes over what a signal has asked for, and says so: whoever waits for the line knows that it holds. */
static void keep_pace(struct simulator *s) {
    enum pace asked = (enum pace) * s->asked;

    static const char *const words[] = {[PACE_TIMED] = "answers leave at their times",
                                        [PACE_HOLD] = "answers are held",
                                        [PACE_HURRY] = "answers leave at once"};

    if (s->told == asked)
        return;
    s->pace = s->told = asked;
    if (s->batches)
        s->batches->due_ns = 0;
    printf("simapi: %s\n", words[asked]);
    fflush(stdout);
}

/* Lets those go on whose time has come; whether there were any. */
static bool resume_due(struct simulator *s, uint64_t now_ns) {
    uint64_t until_ns = s->pace == PACE_HURRY ? UINT64_MAX : now_ns;
    struct exchange *x;
    bool resumed = false;

    while (s->pace != PACE_HOLD && (x = sim_timers_pop(&s->timers, until_ns))) {
        MHD_resume_connection(x->connection);
        resumed = true;
    }
    return resumed;
}

void sim_server_run(struct server *server, struct simulator *s, const volatile sig_atomic_t *stop) {
    struct pollfd ready = {.fd = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd,
                           .events = POLLIN};

    while (!*stop) {
        uint64_t now_ns = sim_clock_monotonic_ns();
        bool resumed;

        keep_pace(s);
        resumed = resume_due(s, now_ns);
        sim_beat(&s->beat, now_ns, sim_clock_real_ns());
        sim_audit_flush_if_due(&s->audit, now_ns);
        sim_batch_run(s, now_ns);
        /* MHD_run_wait would sleep again after every 128 events that it found at once. */
        if (poll(&ready, 1, resumed ? 0 : wait_ms(server, s, now_ns)) < 0 && errno != EINTR)
            err(1, "fatal: cannot wait for connections");
        if (MHD_run(server->daemon) != MHD_YES)
            errx(1, "fatal: the HTTP server failed");
    }
}

void sim_server_stop(struct server *server, struct simulator *s) {
    struct exchange *x;

    /* What was handed over whole shall not count as unanswered: the library has steps of its own to finish.
     */
    for (int i = 0; i < 3; i++)
        MHD_run(server->daemon);
    s->stopping = true;
    while ((x = sim_timers_pop(&s->timers, UINT64_MAX)))
        MHD_resume_connection(x->connection);
    MHD_stop_daemon(server->daemon);
    free(server->tls_cert);
    free(server->tls_key);
}
