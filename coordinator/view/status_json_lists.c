#include "view/status_json_lists.h"

#include "ration/breaker.h"
#include "ration/clock.h"
#include "view/figures_parts.h"
#include "view/json_fields.h"

static uint64_t wall(const struct run_status *status, uint64_t monotonic) {
    return monotonic == 0 || monotonic == CLOCK_NEVER ? 0 : run_status_wall(status, monotonic);
}

static void add_dimension(cJSON *list, const struct run_status *status, uint32_t session, uint32_t index) {
    const struct ledger_dimension *dimension = &status->now.session[session].dimension[index];
    char name[48];
    if (dimension->unit == DIMENSION_NONE) {
        return;
    }
    cJSON *item = json_fields_item(list);
    dimension_name(dimension->unit, dimension->window, name);
    json_fields_text(item, "name", name);
    json_fields_text(item, "unit", dimension_unit_name(dimension->unit));
    figures_json(item, &figures_parts_dimensions, status, session * LEDGER_DIMENSIONS + index);
    json_fields_time(item, "resets_at", wall(status, dimension->resets));
}

static void add_wait(cJSON *item, const struct run_status *status, uint32_t session) {
    uint64_t until;
    const char *reason = run_status_wait(status, session, &until);
    if (reason == NULL) {
        json_fields_text(item, "waits", NULL);
        return;
    }
    bool known = until != CLOCK_NEVER;
    cJSON *waits = json_fields_object(item, "waits");
    json_fields_text(waits, "reason", reason);
    json_fields_time(waits, "until", wall(status, until));
    json_fields_number(waits, "seconds", known ? (double)(until - status->now.at) / (double)CLOCK_SECOND : 0,
                       known);
}

static void add_last_error(cJSON *item, const struct run_status *status, const struct ledger_state *state) {
    if (state->last_error_at == 0) {
        json_fields_text(item, "last_error", NULL);
        return;
    }
    cJSON *error = json_fields_object(item, "last_error");
    json_fields_text(error, "class", outcome_name(state->last_error));
    json_fields_time(error, "time", wall(status, state->last_error_at));
}

static void add_session(cJSON *list, const struct run_status *status, uint32_t session) {
    const struct ledger_state *state = &status->now.session[session];
    char name[32];
    cJSON *item = json_fields_item(list);
    run_status_session_name(status, session, name);
    json_fields_count(item, "session", session + 1);
    json_fields_text(item, "name", name);
    json_fields_text(item, "breaker", breaker_state_name((enum breaker_state)state->breaker.state));
    figures_json(item, &figures_parts_sessions, status, session);
    add_wait(item, status, session);
    json_fields_time(item, "last_used", wall(status, state->last_used));
    add_last_error(item, status, state);
    cJSON *dimensions = json_fields_array(item, "dimensions");
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        add_dimension(dimensions, status, session, i);
    }
}

static void add_worker(cJSON *list, const struct run_status *status, uint32_t slot) {
    const struct snapshot_worker *worker = &status->now.worker[slot];
    cJSON *item = json_fields_item(list);
    json_fields_count(item, "worker", slot + 1);
    json_fields_count(item, "slot", slot);
    json_fields_number(item, "pid", (double)worker->report.pid, worker->report.pid != 0);
    json_fields_text(item, "state", status->worker_state[slot]);
    figures_json(item, &figures_parts_workers, status, slot);
    if (range_size(worker->range) > 0) {
        cJSON *range = json_fields_object(item, "range");
        json_fields_count(range, "first", worker->range.first);
        json_fields_count(range, "end", worker->range.end);
    } else {
        json_fields_text(item, "range", NULL);
    }
    json_fields_time(item, "started", wall(status, worker->report.started));
}

// The counters are figures of the run; this is for programs that draw them.
static void add_buckets(cJSON *root, const struct snapshot_sums *sums) {
    uint64_t count = 0;
    cJSON *buckets = json_fields_array(json_fields_object(root, "latency"), "buckets");
    for (uint32_t i = 0; i < SLOT_LATENCY_BUCKETS; i++) {
        cJSON *bucket = json_fields_item(buckets);
        count += sums->latency[i];
        json_fields_number(bucket, "le_ms", (double)(1ULL << i), i + 1 < SLOT_LATENCY_BUCKETS);
        json_fields_count(bucket, "count", count);
    }
}

static void add_guards(cJSON *root, const struct run_status *status) {
    cJSON *guards = json_fields_array(root, "guards");
    for (uint32_t guard = 0; guard < GUARDS; guard++) {
        cJSON *item = json_fields_item(guards);
        json_fields_text(item, "name", figures_parts_guard_name(guard));
        figures_json(item, &figures_parts_guards, status, guard);
    }
}

static void add_troubles(cJSON *root, const struct snapshot_gossip *gossip) {
    cJSON *alerts = json_fields_array(root, "alerts");
    for (size_t i = 0; i < gossip->alerts; i++) {
        cJSON *item = json_fields_item(alerts);
        json_fields_text(item, "name", gossip->alert[i].name);
        json_fields_text(item, "level", gossip->alert[i].level);
        json_fields_time(item, "since", gossip->alert[i].since);
        json_fields_text(item, "text", gossip->alert[i].text);
    }
    cJSON *errors = json_fields_array(root, "errors");
    for (size_t i = 0; i < gossip->errors; i++) {
        cJSON *item = json_fields_item(errors);
        json_fields_time(item, "time", gossip->error[i].at);
        json_fields_text(item, "artist", gossip->error[i].artist);
        json_fields_text(item, "class", gossip->error[i].class);
        json_fields_count(item, "attempts", gossip->error[i].attempts);
        json_fields_text(item, "text", gossip->error[i].text);
    }
}

static void add_points(cJSON *object, const char *name, const float *point, uint64_t count) {
    cJSON *list = json_fields_array(object, name);
    for (uint64_t i = 0; i < count; i++) {
        double rounded = (double)(int64_t)((double)point[i] * 100 + 0.5) / 100;
        cJSON *item = point[i] < 0 ? cJSON_CreateNull() : cJSON_CreateNumber(rounded);
        if (item != NULL && !cJSON_AddItemToArray(list, item)) {
            cJSON_Delete(item);
        }
    }
}

static void add_history(cJSON *root, const struct snapshot_history *history) {
    cJSON *object = json_fields_object(root, "history");
    json_fields_number(object, "interval_seconds", (double)history->interval / (double)CLOCK_SECOND, true);
    json_fields_time(object, "last", history->last);
    add_points(object, "artists_per_second", history->artists, history->count);
    add_points(object, "latency_mean_ms", history->latency, history->count);
    add_points(object, "use_percent", history->use, history->count);
}

void status_json_lists_add(cJSON *root, const struct run_status *status) {
    const struct snapshot *now = &status->now;
    cJSON *sessions = json_fields_array(root, "sessions");
    for (uint32_t session = 0; session < now->sessions; session++) {
        add_session(sessions, status, session);
    }
    cJSON *workers = json_fields_array(root, "workers");
    for (uint32_t slot = 0; slot < now->slots; slot++) {
        if (slot < now->wanted || now->worker[slot].report.pid != 0) {
            add_worker(workers, status, slot);
        }
    }
    add_buckets(root, &status->sums);
    add_guards(root, status);
    add_troubles(root, &now->gossip);
    add_history(root, &now->gossip.history);
}
