#include "view/figures_run.h"

#include "ration/clock.h"

#include <math.h>
#include <stdio.h>

#define AT(path) .word = FIGURES_WORD(struct run_status, path)
#define NO_METRIC NULL, NULL, NULL
#define NO_LABEL NULL, NULL

// Rows of one metric share these.
#define ARTISTS "gauge", "artists", "Artists of the input by state; retrying ones are among those left."
#define WORKERS "gauge", "workers", "Workers: wanted, alive, and waiting for room on the disk."

// ---- what is worked out ----
static double seconds(uint64_t nanoseconds) {
    return (double)nanoseconds / (double)CLOCK_SECOND;
}

static double begun(const struct figures_at *at) {
    uint64_t started = at->status->now.gossip.started;
    return started != 0 ? (double)run_status_wall(at->status, started) / 1e9 : NAN;
}

static double elapsed(const struct figures_at *at) {
    uint64_t started = at->status->now.gossip.started;
    return started != 0 ? seconds(at->status->now.at - started) : NAN;
}

static double left(const struct figures_at *at) {
    return snapshot_left(&at->status->now);
}

static double waiting(const struct figures_at *at) {
    const struct snapshot *now = &at->status->now;
    uint64_t all = snapshot_left(now), held = (uint64_t)now->sums.in_flight + now->sums.retrying;
    return all > held ? (double)(all - held) : 0;
}

static double stage(const struct figures_at *at) {
    return (enum snapshot_stage)at->which == at->status->stage;
}

static double waits(const struct figures_at *at) {
    return at->status->wait.kind != RUN_WAIT_NOTHING;
}

static double paused(const struct figures_at *at) {
    return at->status->now.paused_until != 0;
}

static double paused_for(const struct figures_at *at) {
    uint64_t until = at->status->now.paused_until;
    return until != 0 && until != CLOCK_NEVER ? seconds(until - at->status->now.at) : NAN;
}

static double seconds_left(const struct figures_at *at) {
    uint64_t ends, span;
    return run_status_ends(at->status, &ends, &span) ? seconds(span) : NAN;
}

// ---- labels ----
static void name_stage(uint32_t which, char out[FIGURES_NAME]) {
    (void)snprintf(out, FIGURES_NAME, "%s", run_status_stage_name((enum snapshot_stage)which));
}

static const struct figures_each each_stage = {"state", SNAPSHOT_STAGES, name_stage};

static const struct figures_row rows[] = {
    {NO_METRIC, "run.elapsed_seconds", "gauge", "seconds", "Time since the run began.", .value = elapsed},
    {"ration_coordinator_silent_seconds", NO_LABEL, "run.silent_seconds", "gauge", "seconds",
     "Time since the coordinator's last sign of life.", AT(silent), .per = CLOCK_SECOND},
    {"ration_start_time_seconds", NO_LABEL, NULL, "gauge", "seconds", "Unix time at which the run began.",
     .value = begun},
    {"ration_state", NO_LABEL, NULL, "gauge", "flag", "1 for the state that the run is in.", stage,
     .each = &each_stage},
    {NO_METRIC, "artists.total", "gauge", "artists", "Artists of the input.", AT(now.artists)},
    {"ration_artists", "state", "done", "artists.done", ARTISTS, AT(now.done)},
    {"ration_artists", "state", "failed", "artists.failed", ARTISTS, AT(now.failed)},
    {"ration_artists", "state", "left", "artists.left", ARTISTS, .value = left},
    {"ration_artists", "state", "retrying", "artists.retrying", ARTISTS, AT(sums.retrying)},
    {NO_METRIC, "artists.before", "gauge", "artists", "Artists that earlier runs ended.",
     AT(now.gossip.before)},
    {NO_METRIC, "artists.in_flight", "gauge", "artists", "Artists with a request on the wire.",
     AT(sums.in_flight)},
    {"ration_in_doubt_total", NO_LABEL, "artists.in_doubt", "counter", "requests",
     "Requests that were in flight when their worker died: perhaps billed.", AT(now.gossip.in_doubt)},
    {"ration_identical_total", NO_LABEL, "artists.identical", "counter", "artists",
     "Artists that got what another one got, whose request is the same.", AT(now.gossip.identical)},
    {"ration_redistributed_total", NO_LABEL, NULL, "counter", "artists",
     "Artists taken from dead workers and given to others.", AT(now.gossip.redistributed)},
    {NO_METRIC, "rate.artists_per_second", "gauge", "artists a second",
     "Artists that ended, over the last 16 s.", AT(pace.artists), .real = true},
    {NO_METRIC, "rate.artists_per_second_mean", "gauge", "artists a second",
     "Artists that ended, over the whole run.", AT(pace_mean), .real = true},
    {NO_METRIC, "rate.requests_per_second", "gauge", "requests a second",
     "Requests that ended, over the last 16 s.", AT(pace.requests), .real = true},
    {NO_METRIC, "rate.tokens_per_second", "gauge", "tokens a second",
     "Tokens of the answers, over the last 16 s.", AT(pace.tokens), .real = true},
    {"ration_forecast_remaining_seconds", NO_LABEL, "forecast.seconds_left", "gauge", "seconds",
     "Time until the run is expected to end.", .value = seconds_left},
    {NO_METRIC, "queue.waiting", "gauge", "artists", "Artists that nothing has been sent for yet.",
     .value = waiting},
    {NO_METRIC, "queue.in_flight", "gauge", "requests", "Requests on the wire.", AT(sums.in_flight)},
    {NO_METRIC, "queue.retrying", "gauge", "artists", "Artists that wait for another attempt.",
     AT(sums.retrying)},
    {"ration_workers", "state", "wanted", "queue.workers_wanted", WORKERS, AT(now.wanted)},
    {"ration_workers", "state", "live", NULL, WORKERS, AT(sums.live)},
    {"ration_workers", "state", "disk_wait", "queue.disk_waits", WORKERS, AT(sums.disk_wait)},
    {NO_METRIC, "restarts", "counter", "restarts", "Times that any worker was started again.",
     AT(now.gossip.restarts_all)},
    {"ration_paused", NO_LABEL, "queue.paused", "gauge", "flag", "1 while nothing is sent.", .value = paused},
    {NO_METRIC, "queue.paused_seconds", "gauge", "seconds", "Time until the pause ends.",
     .value = paused_for},
    {"ration_waiting", NO_LABEL, NULL, "gauge", "flag",
     "1 while nothing can be sent: paused, held by the API, a quota, or the disk.", .value = waits},
    {"ration_alerts_active", NO_LABEL, NULL, "gauge", "alerts", "Alerts that hold at the moment.",
     AT(now.gossip.alerts)},
};

const struct figures_list figures_run = {.row = rows, .rows = sizeof(rows) / sizeof(rows[0])};
