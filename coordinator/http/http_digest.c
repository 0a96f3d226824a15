#include "http/http_digest.h"
#include "ration/json_text.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define GRACE_S 5 // in which workers may still be starting

static const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static double number(const cJSON *object, const char *name) {
    const cJSON *item = member(object, name);
    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

static const char *text(const cJSON *object, const char *name) {
    const char *value = cJSON_GetStringValue(member(object, name));
    return value != NULL ? value : "";
}

// Copies a member under another name; null where there is none.
static void copy(cJSON *to, const char *as, const cJSON *from, const char *name) {
    const cJSON *item = member(from, name);
    (void)cJSON_AddItemToObject(to, as, item != NULL ? cJSON_Duplicate(item, true) : cJSON_CreateNull());
}

static char *print(cJSON *object) {
    char *out = json_text(object);
    cJSON_Delete(object);
    return out;
}

// ---- /healthz ----
static unsigned count_workers(const cJSON *status) {
    unsigned alive = 0;
    const cJSON *worker;
    cJSON_ArrayForEach(worker, member(status, "workers")) {
        alive += cJSON_IsNumber(member(worker, "pid")) != 0;
    }
    return alive;
}

static bool every_session_disabled(const cJSON *status) {
    const cJSON *session;
    const cJSON *sessions = member(status, "sessions");
    cJSON_ArrayForEach(session, sessions) {
        if (!cJSON_IsTrue(member(session, "disabled"))) {
            return false;
        }
    }
    return cJSON_GetArraySize(sessions) > 0;
}

static void complain(cJSON *problems, bool so, const char *words) {
    if (so) {
        (void)cJSON_AddItemToArray(problems, cJSON_CreateString(words));
    }
}

char *http_digest_health(const char *status_text, int *healthy) {
    cJSON *status = cJSON_Parse(status_text);
    cJSON *health = cJSON_CreateObject();
    cJSON *problems = cJSON_CreateArray();
    const cJSON *run = member(status, "run");
    const cJSON *artists = member(status, "artists");
    const char *state = text(run, "state");
    bool works = strcmp(state, "running") == 0 && number(artists, "left") > 0;
    complain(problems, status == NULL, "the status is not known");
    complain(problems, strcmp(state, "stalled") == 0, "the coordinator hangs");
    bool begins = number(run, "elapsed_seconds") < GRACE_S;
    complain(problems, works && !begins && count_workers(status) == 0, "no worker is alive");
    complain(problems, works && every_session_disabled(status), "every key is refused");
    complain(problems, number(member(status, "queue"), "disk_waits") > 0, "the output cannot be written");
    *healthy = cJSON_GetArraySize(problems) == 0;
    (void)cJSON_AddBoolToObject(health, "healthy", *healthy);
    copy(health, "state", run, "state");
    copy(health, "reason", run, "reason");
    copy(health, "left", artists, "left");
    (void)cJSON_AddItemToObject(health, "problems", problems);
    cJSON_Delete(status);
    return print(health);
}

// ---- /api/ai/queue-status ----
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

static void add_processor(cJSON *out, const cJSON *status) {
    const cJSON *queue = member(status, "queue");
    const cJSON *run = member(status, "run");
    cJSON *item = cJSON_AddObjectToObject(out, "processor");
    copy(item, "state", run, "state");
    copy(item, "reason", run, "reason");
    copy(item, "paused", queue, "paused");
    copy(item, "paused_until", queue, "paused_until");
    (void)cJSON_AddNumberToObject(item, "workers_alive", count_workers(status));
    copy(item, "workers_wanted", queue, "workers_wanted");
    copy(item, "artists_per_second", member(status, "rate"), "artists_per_second");
}

char *http_digest_queue(const char *status_text) {
    cJSON *status = cJSON_Parse(status_text);
    cJSON *out = cJSON_CreateObject();
    copy(out, "time", status, "time");
    add_rate_limit(out, status);
    add_queue(out, status);
    add_processor(out, status);
    cJSON_Delete(status);
    return print(out);
}
