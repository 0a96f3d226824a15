#include "view/metrics_text.h"

#include "ration/clock.h"
#include "view/figures.h"
#include "view/metrics_families.h"
#include "view/metrics_sessions.h"

#include <stdlib.h>

static double seconds(uint64_t nanoseconds) {
    return (double)nanoseconds / (double)CLOCK_SECOND;
}

static void put_run(FILE *out, const struct run_status *status) {
    const struct run_info *info = &status->info;
    const char *build[] = {"version", RATION_VERSION, NULL};
    const char *run[] = {"run", info->run_id, "output", run_status_name(status), NULL};
    metrics_families_head(out, "ration_build_info", "gauge", "Always 1; the version is its label.");
    metrics_families_count(out, "ration_build_info", build, 1);
    metrics_families_head(out, "ration_run_info", "gauge", "Always 1; its labels name the run.");
    metrics_families_count(out, "ration_run_info", run, 1);
    metrics_families_head(out, "ration_state", "gauge", "1 for the state that the run is in.");
    for (int stage = 0; stage < SNAPSHOT_STAGES; stage++) {
        const char *label[] = {"state", run_status_stage_name((enum snapshot_stage)stage), NULL};
        metrics_families_count(out, "ration_state", label, (enum snapshot_stage)stage == status->stage);
    }
    if (status->now.gossip.started != 0) {
        metrics_families_gauge(out, "ration_start_time_seconds", "Unix time at which the run began.",
                               (double)run_status_wall(status, status->now.gossip.started) / 1e9);
    }
}

static void put_requests(FILE *out, const struct snapshot_sums *sums) {
    char bound[32];
    uint64_t below = 0;
    metrics_families_head(out, "ration_request_duration_seconds", "histogram",
                          "Time from the departure of a request to its answer, of those that were answered.");
    for (uint32_t i = 0; i < SLOT_LATENCY_BUCKETS; i++) {
        bool last = i + 1 == SLOT_LATENCY_BUCKETS;
        const char *label[] = {"le", last ? "+Inf" : bound, NULL};
        (void)snprintf(bound, sizeof(bound), "%.3f", (double)(1ULL << i) / 1000);
        below += sums->latency[i];
        metrics_families_count(out, "ration_request_duration_seconds_bucket", label, below);
    }
    metrics_families_sample(out, "ration_request_duration_seconds_sum", NULL,
                            (double)sums->latency_ms / 1000);
    metrics_families_count(out, "ration_request_duration_seconds_count", NULL, below);
}

static void put_money(FILE *out, const struct run_status *status) {
    const struct snapshot_gossip *gossip = &status->now.gossip;
    if (gossip->priced != 0) {
        metrics_families_gauge(out, "ration_cost_dollars", "What the answers cost.",
                               (double)gossip->cost / 1e9);
    }
    if (gossip->cost_most != 0) {
        metrics_families_gauge(out, "ration_cost_limit_dollars", "What the run may cost.",
                               (double)gossip->cost_most / 1e9);
    }
}

static void put_workers(FILE *out, const struct run_status *status) {
    const struct snapshot *now = &status->now;
    const char *slow[] = {"state", "disk_wait", NULL};
    const char *live[] = {"state", "live", NULL};
    const char *wanted[] = {"state", "wanted", NULL};
    char name[16];
    metrics_families_head(out, "ration_workers", "gauge",
                          "Workers: wanted, alive, and waiting for room on the disk.");
    metrics_families_count(out, "ration_workers", wanted, now->wanted);
    metrics_families_count(out, "ration_workers", live, status->sums.live);
    metrics_families_count(out, "ration_workers", slow, status->sums.disk_wait);
    metrics_families_head(out, "ration_worker_restarts_total", "counter",
                          "Times that a worker was started again.");
    for (uint32_t slot = 0; slot < now->slots; slot++) {
        const char *label[] = {"worker", name, NULL};
        if (slot < now->wanted || now->gossip.restarts[slot] > 0) {
            (void)snprintf(name, sizeof(name), "W%02u", slot + 1);
            metrics_families_count(out, "ration_worker_restarts_total", label, now->gossip.restarts[slot]);
        }
    }
}

static void put_guard(FILE *out, const char *name, const char *help, const uint64_t value[GUARDS]) {
    static const char *const guards[GUARDS] = {[GUARD_LEDGER] = "ledger", [GUARD_OUTPUT] = "output"};
    metrics_families_head(out, name, "counter", help);
    for (int id = 0; id < GUARDS; id++) {
        const char *label[] = {"guard", guards[id], NULL};
        metrics_families_count(out, name, label, value[id]);
    }
}

static void put_guards(FILE *out, const struct snapshot *now) {
    uint64_t acquisitions[GUARDS], waits[GUARDS], recoveries[GUARDS];
    for (int id = 0; id < GUARDS; id++) {
        acquisitions[id] = now->guard[id].acquisitions;
        waits[id] = now->guard[id].waits;
        recoveries[id] = now->guard[id].recoveries;
    }
    put_guard(out, "ration_guard_acquisitions_total", "Times that a guard was taken.", acquisitions);
    put_guard(out, "ration_guard_waits_total", "Times that a guard was waited for.", waits);
    put_guard(out, "ration_guard_recoveries_total", "Times that a guard was freed from a dead worker.",
              recoveries);
}

static void put_pauses(FILE *out, const struct run_status *status) {
    const struct snapshot *now = &status->now;
    uint64_t ends, left;
    metrics_families_gauge(out, "ration_paused", "1 while nothing is sent.", now->paused_until != 0);
    metrics_families_gauge(out, "ration_waiting",
                           "1 while nothing can be sent: paused, held by the API, a quota, or the disk.",
                           status->wait.kind != RUN_WAIT_NOTHING);
    if (now->quota.allowed > 0) {
        metrics_families_gauge(out, "ration_daily_quota_used_ratio",
                               "Share of the requests that may leave in this period that have left.",
                               (double)now->quota.used / (double)now->quota.allowed);
    }
    if (run_status_ends(status, &ends, &left)) {
        metrics_families_gauge(out, "ration_forecast_remaining_seconds",
                               "Time until the run is expected to end.", seconds(left));
    }
    if (status->silent != CLOCK_NEVER) {
        metrics_families_gauge(out, "ration_coordinator_silent_seconds",
                               "Time since the coordinator's last sign of life.", seconds(status->silent));
    }
}

char *metrics_text(const struct run_status *status) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    put_run(out, status);
    figures_metrics(out, status);
    put_requests(out, &status->sums);
    metrics_sessions_put(out, status);
    put_money(out, status);
    put_workers(out, status);
    put_guards(out, &status->now);
    put_pauses(out, status);
    bool whole = ferror(out) == 0;
    if (fclose(out) != 0 || !whole) {
        free(text);
        return NULL;
    }
    return text;
}
