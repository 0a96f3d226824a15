#include "view/status_json.h"

#include "ration/breaker.h"
#include "ration/clock.h"
#include "view/figures_parts.h"
#include "view/figures_run.h"
#include "view/figures_spent.h"
#include "view/json_fields.h"
#include "view/status_json_batches.h"
#include "view/status_json_failures.h"
#include "view/status_json_fleet.h"
#include "view/view_words.h"

// Nanoseconds since 1970; 0: not known.
static uint64_t wall(const struct run_status *status, uint64_t until) {
    return until != 0 && until != CLOCK_NEVER ? run_status_wall(status, until) : 0;
}

static void add_run(cJSON *root, const struct run_status *status) {
    const struct run_info *info = &status->info;
    cJSON *run = json_fields_object(root, "run");
    json_fields_text(run, "id", info->run_id);
    json_fields_text(run, "name", run_status_name(status));
    json_fields_count(run, "pid", (uint64_t)info->pid);
    json_fields_text(run, "input", info->input);
    json_fields_text(run, "output", info->output);
    json_fields_text(run, "state", run_status_stage_name(status->stage));
    json_fields_text(run, "reason", status->reason);
    json_fields_text(run, "started", info->started);
}

static void add_forecast(cJSON *root, const struct run_status *status) {
    const struct snapshot_gossip *gossip = &status->now.gossip;
    uint64_t ends, left;
    (void)run_status_ends(status, &ends, &left);
    bool waits = status->wait.kind != RUN_WAIT_NOTHING;
    cJSON *forecast = json_fields_object(root, "forecast");
    json_fields_time(forecast, "ends_at", ends);
    json_fields_text(forecast, "binds", waits ? "" : gossip->forecast.binds);
    json_fields_text(forecast, "text", waits ? "" : gossip->forecast.text);
}

// When a wait ends, and how long that is from now.
static void add_until(cJSON *waits, const struct run_status *status, uint64_t until) {
    uint64_t now = status->now.at;
    json_fields_time(waits, "until", wall(status, until));
    json_fields_number(waits, "seconds", until > now ? (double)(until - now) / (double)CLOCK_SECOND : 0,
                       until != CLOCK_NEVER);
}

// null while something can be sent.
static void add_waits(cJSON *root, const struct run_status *status) {
    const struct snapshot_wait *wait = &status->wait;
    enum run_wait_kind kind = (enum run_wait_kind)wait->kind;
    char text[VIEW_WORDS_WAIT], cause[VIEW_WORDS_WAIT];
    if (kind == RUN_WAIT_NOTHING) {
        json_fields_text(root, "waits", NULL);
        return;
    }
    view_words_wait(status, text, sizeof(text));
    view_words_cause(status, cause, sizeof(cause));
    cJSON *waits = json_fields_object(root, "waits");
    json_fields_text(waits, "reason", run_wait_name(kind));
    json_fields_text(waits, "for", run_wait_for(kind, wait->until));
    json_fields_time(waits, "since", run_status_wall(status, wait->since));
    add_until(waits, status, wait->until);
    json_fields_text(waits, "cause", cause);
    json_fields_text(waits, "text", text);
}

static void add_use(cJSON *root, const struct run_status *status) {
    const struct snapshot_gossip *gossip = &status->now.gossip;
    cJSON *use = json_fields_object(root, "utilisation");
    json_fields_text(use, "state", run_status_use_name((enum snapshot_use)gossip->use_state));
    json_fields_text(use, "text", gossip->use_text);
}

static void add_ends_of_pauses(cJSON *root, const struct run_status *status) {
    cJSON *queue = json_fields_object(root, "queue");
    cJSON *quota = json_fields_object(root, "quota");
    json_fields_time(queue, "paused_until", wall(status, status->now.paused_until));
    json_fields_time(quota, "resumes_at", wall(status, status->now.gossip.quota_until));
}

// ---- lists ----
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
    cJSON *waits = json_fields_object(item, "waits");
    json_fields_text(waits, "reason", reason);
    add_until(waits, status, until);
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

static void add_found(cJSON *item, const struct ledger_state *state) {
    char words[SILENT_WORDS];
    silent_words(&state->silent, words);
    json_fields_text(item, "limit_found", state->silent_refused ? words : NULL);
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
    add_found(item, state);
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

static void add_lists(cJSON *root, const struct run_status *status) {
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
    status_json_failures(root, status);
    add_history(root, &now->gossip.history);
}

cJSON *status_json_object(const struct run_status *status) {
    cJSON *root = cJSON_CreateObject();
    json_fields_count(root, "schema", STATUS_JSON_SCHEMA);
    json_fields_text(root, "version", RATION_VERSION);
    json_fields_time(root, "time", status->now.wall);
    add_run(root, status);
    figures_json(root, &figures_run, status, 0);
    figures_json(root, &figures_spent, status, 0);
    add_forecast(root, status);
    add_waits(root, status);
    add_use(root, status);
    add_ends_of_pauses(root, status);
    status_json_batches(root, status);
    status_json_fleet(root, status);
    add_lists(root, status);
    return root;
}

char *status_json(const struct run_status *status) {
    return json_fields_print(status_json_object(status));
}
