/* simapi: an LLM provider's API on the loopback interface, with limits, latencies and faults, for tests. */
#include "sim_batches.h"
#include "sim_clock.h"
#include "sim_decide.h"
#include "sim_server.h"

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define OTHER_FILES 64

static volatile sig_atomic_t stop;
static volatile sig_atomic_t pace; /* an enum pace */

static void on_signal(int signal) {
    if (signal == SIGUSR1)
        pace = PACE_HURRY;
    else if (signal == SIGUSR2)
        pace = pace == PACE_HOLD ? PACE_TIMED : PACE_HOLD;
    else
        stop = 1;
}

static void set_signals(bool exit_with_parent, pid_t parent) {
    struct sigaction end = {.sa_handler = on_signal}, ignore = {.sa_handler = SIG_IGN};

    if (sigaction(SIGTERM, &end, NULL) || sigaction(SIGINT, &end, NULL) || sigaction(SIGUSR1, &end, NULL) ||
        sigaction(SIGUSR2, &end, NULL) || sigaction(SIGPIPE, &ignore, NULL))
        err(1, "fatal: cannot set signal handlers");
    if (!exit_with_parent)
        return;
    if (prctl(PR_SET_PDEATHSIG, SIGTERM))
        err(1, "fatal: cannot ask for a signal at the parent's death");
    if (getppid() != parent)
        stop = 1;
}

/* A connection is a file: makes room for as many as allowed, or allows fewer. */
static void raise_file_limit(struct options *o) {
    struct rlimit limit, wanted;
    rlim_t files = o->max_connections + OTHER_FILES;

    if (getrlimit(RLIMIT_NOFILE, &limit))
        err(1, "fatal: cannot read the limit of open files");
    if (limit.rlim_cur >= files)
        return;
    wanted.rlim_cur = files;
    wanted.rlim_max = limit.rlim_max > files ? limit.rlim_max : files;
    if (!setrlimit(RLIMIT_NOFILE, &wanted))
        return;
    wanted.rlim_cur = wanted.rlim_max = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &wanted) || limit.rlim_max <= OTHER_FILES)
        err(1, "fatal: cannot raise the limit of open files (ulimit -n)");
    o->max_connections = limit.rlim_max - OTHER_FILES;
    warnx("warn: at most %ju connections, because of the limit of open files (ulimit -n)",
          (uintmax_t)o->max_connections);
}

/* Under a temporary name first: who sees the file sees all of it. */
static void write_port_file(const char *path, uint16_t port) {
    char *temporary = NULL;
    FILE *f;

    if (!path)
        return;
    if (asprintf(&temporary, "%s.new", path) < 0)
        errx(1, "fatal: no memory");
    f = fopen(temporary, "we");
    if (!f || fprintf(f, "%u\n", port) < 0 || fclose(f) || rename(temporary, path))
        err(1, "fatal: cannot write the port file %s", path);
    free(temporary);
}

static void print_outsider(const struct keys *k) {
    uint64_t asked = k->shared.outside_asked, admitted = k->shared.outside_admitted;

    for (size_t i = 0; i < k->count; i++) {
        asked += k->key[i].account.outside_asked;
        admitted += k->key[i].account.outside_admitted;
    }
    if (asked)
        printf("simapi: outsider asked %" PRIu64 ", admitted %" PRIu64 "\n", asked, admitted);
}

int main(int argc, char **argv) {
    pid_t parent = getppid();
    struct options options;
    struct simulator s = {.options = &options, .asked = &pace};
    struct server server;

    sim_options_parse(&options, argc, argv);
    set_signals(options.exit_with_parent, parent);
    raise_file_limit(&options);
    sim_keys_load(&s.keys, options.key_file, options.keys_file, &options.limits);
    sim_keys_print(&s.keys);
    sim_audit_open(&s.audit, options.audit);
    sim_beat_open(&s.beat, options.lateness, sim_clock_monotonic_ns());
    if (options.time_from_start)
        sim_decide_begin(&s, sim_clock_monotonic_ns());
    s.batches = sim_batches_start(&options.batch, sim_clock_monotonic_ns(), sim_clock_real_ns());
    sim_server_start(&server, &s);
    printf("simapi: listening on 127.0.0.1:%u\n", server.port);
    fflush(stdout);
    write_port_file(options.port_file, server.port);

    sim_server_run(&server, &s, &stop);
    sim_server_stop(&server, &s);
    sim_audit_close(&s.audit);
    sim_beat_close(&s.beat);
    printf("simapi: requests %" PRIu64 ", admitted %" PRIu64 ", answered %" PRIu64 ", 429s %" PRIu64
           ", faults %" PRIu64 "\n",
           s.tally.requests, s.tally.admitted, s.tally.answered, s.tally.refused, s.tally.faults);
    print_outsider(&s.keys);
    if (s.batches)
        printf("simapi: batches %" PRIu64 ", rows %" PRIu64 ", billed %" PRIu64 "\n", s.batches->count,
               s.batches->rows_run, s.batches->rows_billed);
    sim_batches_free(s.batches);
    sim_exchange_free_pool(&s.pool);
    sim_timers_free(&s.timers);
    sim_keys_free(&s.keys);
    sim_cache_free(&s.cache);
    return fflush(stdout) ? 1 : 0;
}
