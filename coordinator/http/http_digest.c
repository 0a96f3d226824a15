#include "http/http_digest.h"

#include "ration/clock.h"
#include "view/json_fields.h"
#include "view/status_json.h"

#include <stdint.h>

#define GRACE (5 * CLOCK_SECOND) // in which workers may still be starting

static uint32_t count_workers(const struct run_status *status) {
    uint32_t alive = 0;
    for (uint32_t slot = 0; slot < status->now.slots; slot++) {
        alive += status->now.worker[slot].report.pid != 0;
    }
    return alive;
}

// ---- /healthz ----
static bool every_session_disabled(const struct snapshot *now) {
    uint32_t disabled = 0;
    for (uint32_t session = 0; session < now->sessions; session++) {
        disabled += now->session[session].disabled;
    }
    return now->sessions > 0 && disabled == now->sessions;
}

static void complain(cJSON *problems, bool so, const char *words) {
    if (so) {
        (void)cJSON_AddItemToArray(problems, cJSON_CreateString(words));
    }
}

char *http_digest_health(const struct run_status *status, bool *healthy) {
    const struct snapshot *now = &status->now;
    uint32_t left = snapshot_left(now);
    uint64_t started = now->gossip.started;
    bool works = status->stage == SNAPSHOT_RUNNING && left > 0;
    bool begins = started == 0 || now->at - started < GRACE;
    cJSON *health = cJSON_CreateObject();
    cJSON *problems = cJSON_CreateArray();
    complain(problems, status->stage == SNAPSHOT_STALLED, "the coordinator hangs");
    complain(problems, works && !begins && count_workers(status) == 0, "no worker is alive");
    complain(problems, works && every_session_disabled(now), "every key is refused");
    complain(problems, status->sums.disk_wait > 0, "the output cannot be written");
    *healthy = cJSON_GetArraySize(problems) == 0;
    json_fields_bool(health, "healthy", *healthy);
    json_fields_text(health, "state", run_status_stage_name(status->stage));
    json_fields_text(health, "reason", status->reason);
    json_fields_count(health, "left", left);
    (void)cJSON_AddItemToObject(health, "problems", problems);
    return json_fields_print(health);
}

// ---- /api/ai/queue-status: members of the status, under the names that its callers know ----
static const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

// null where there is none.
static void copy(cJSON *to, const char *as, const cJSON *from, const char *name) {
    const cJSON *item = member(from, name);
    (void)cJSON_AddItemToObject(to, as, item != NULL ? cJSON_Duplicate(item, true) : cJSON_CreateNull());
}

static void add_dimensions(cJSON *list, const cJSON *session) {
    static const char *const names[] = {"unit",      "window_seconds",  "limit",
                                        "remaining", "use_percent_60s", "resets_at"};
    const cJSON *dimension;
    cJSON_ArrayForEach(dimension, member(session, "dimensions")) {
        cJSON *item = cJSON_CreateObject();
        copy(item, "session", session, "session");
        copy(item, "dimension", dimension, "name");
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            copy(item, names[i], dimension, names[i]);
        }
        (void)cJSON_AddItemToArray(list, item);
    }
}

static void add_rate_limit(cJSON *out, const cJSON *status) {
    const cJSON *utilisation = member(status, "utilisation");
    cJSON *limit = cJSON_AddObjectToObject(out, "rate_limit");
    copy(limit, "status", utilisation, "state");
    copy(limit, "percent", utilisation, "percent");
    copy(limit, "retry_seconds", utilisation, "retry_seconds");
    copy(limit, "binds", member(status, "forecast"), "binds");
    cJSON *list = cJSON_AddArrayToObject(out, "utilisation");
    const cJSON *session;
    cJSON_ArrayForEach(session, member(status, "sessions")) {
        add_dimensions(list, session);
    }
}

static void add_queue(cJSON *out, const cJSON *status) {
    const cJSON *artists = member(status, "artists");
    const cJSON *queue = member(status, "queue");
    cJSON *item = cJSON_AddObjectToObject(out, "queue");
    copy(item, "pending", queue, "waiting");
    copy(item, "executing", queue, "in_flight");
    copy(item, "retrying", queue, "retrying");
    copy(item, "completed", artists, "done");
    copy(item, "failed", artists, "failed");
    copy(item, "rate_limited", member(member(status, "requests"), "outcomes"), "rate_limited");
    const cJSON *forecast = member(status, "forecast");
    cJSON *wait = cJSON_AddObjectToObject(out, "estimated_wait");
    copy(wait, "seconds", forecast, "seconds_left");
    copy(wait, "ends_at", forecast, "ends_at");
    copy(wait, "text", forecast, "text");
    copy(wait, "waits", status, "waits"); // then there is no estimate
}

static void add_processor(cJSON *out, const cJSON *status, uint32_t workers) {
    const cJSON *queue = member(status, "queue");
    const cJSON *run = member(status, "run");
    cJSON *item = cJSON_AddObjectToObject(out, "processor");
    copy(item, "state", run, "state");
    copy(item, "reason", run, "reason");
    copy(item, "paused", queue, "paused");
    copy(item, "paused_until", queue, "paused_until");
    (void)cJSON_AddNumberToObject(item, "workers_alive", workers);
    copy(item, "workers_wanted", queue, "workers_wanted");
    copy(item, "artists_per_second", member(status, "rate"), "artists_per_second");
}

char *http_digest_queue(const struct run_status *status) {
    cJSON *whole = status_json_object(status);
    cJSON *out = cJSON_CreateObject();
    copy(out, "time", whole, "time");
    add_rate_limit(out, whole);
    add_queue(out, whole);
    add_processor(out, whole, count_workers(status));
    cJSON_Delete(whole);
    return json_fields_print(out);
}
