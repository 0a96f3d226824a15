#include "watch/alert_watch.h"

#include "ration/clock.h"
#include "ration/json_text.h"
#include "ration/log.h"
#include "watch/alert_facts.h"

#include <bsd/string.h>
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS_MOST 4U

struct alert_watch {
    struct alerts alerts;
    struct alert_webhook *webhook; // or NULL
    uint64_t daily_limit;
    bool batch;      // answers come when the API likes, within a day
    bool quota_told; // the quota monitor tells people
    uint32_t count;
    struct alert_watch_raised raised[ALERT_WATCH_RAISED_MOST];
};

struct alert_watch *alert_watch_begin(const struct options *options) {
    struct alert_watch *watch = calloc(1, sizeof(*watch));
    if (watch == NULL) {
        log_fatal("run", "out of memory");
        return NULL;
    }
    watch->daily_limit = options->daily_limit;
    watch->batch = options->batch;
    watch->quota_told = options->quota_monitoring;
    watch->alerts.thresholds = options->alert_thresholds;
    if (options->alert_webhook != NULL) {
        watch->webhook = alert_webhook_new(options->alert_webhook);
        if (watch->webhook == NULL) {
            log_fatal("run", "cannot prepare --alert-webhook: out of memory");
            free(watch);
            return NULL;
        }
    }
    return watch;
}

static const char *state_of(const struct alert_event *event) {
    return event->raised ? "raised" : "cleared";
}

// The members that only some alerts have. Returns how many there are.
static size_t fill_fields(const struct snapshot *look, const struct alert_event *event,
                          struct log_field field[FIELDS_MOST]) {
    size_t count = 0;
    field[count++] = (struct log_field){.name = "alert", .text = alerts_kind_name(event->kind)};
    field[count++] = (struct log_field){.name = "state", .text = state_of(event)};
    if (event->session != ALERTS_NOBODY) {
        field[count++] = (struct log_field){.name = "session", .text = look->session_name[event->session]};
    }
    if (event->threshold != 0) {
        field[count++] = (struct log_field){.name = "threshold", .number = event->threshold};
    }
    return count;
}

static void post(struct alert_watch *watch, const struct snapshot *look, const struct alert_event *event,
                 const struct log_field *field, size_t fields) {
    char time[CLOCK_RFC3339_SIZE];
    if (watch->webhook == NULL) {
        return;
    }
    clock_rfc3339(clock_wall(), time);
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "time", time);
    cJSON_AddStringToObject(body, "run", look->run_id);
    cJSON_AddStringToObject(body, "level", event->raised ? "warn" : "info");
    for (size_t i = 0; i < fields; i++) {
        if (field[i].text != NULL) {
            cJSON_AddStringToObject(body, field[i].name, field[i].text);
        } else {
            cJSON_AddNumberToObject(body, field[i].name, (double)field[i].number);
        }
    }
    cJSON_AddStringToObject(body, "message", event->message);
    char *text = json_text(body);
    if (text != NULL) {
        alert_webhook_post(watch->webhook, text);
        cJSON_free(text);
    }
    cJSON_Delete(body);
}

// Whether people read of it already, in other words.
static bool told_elsewhere(const struct alert_watch *watch, enum alert_kind kind) {
    enum alert_teller teller = alerts_about(kind)->teller;
    return teller == ALERT_TOLD_BY_WORKERS || (teller == ALERT_TOLD_BY_QUOTA_MONITOR && watch->quota_told);
}

static void tell(struct alert_watch *watch, const struct snapshot *look, const struct alert_event *event) {
    struct log_field field[FIELDS_MOST];
    size_t fields = fill_fields(look, event, field);
    const struct log_event line = {
        .level = event->raised ? LOG_LEVEL_WARN : LOG_LEVEL_INFO,
        .category = "alert",
        .file_only = told_elsewhere(watch, event->kind),
        .fields = fields,
        .field = field,
    };
    log_event(&line, "%s", event->message);
    post(watch, look, event, field, fields);
}

static bool same(const struct alert_event *a, const struct alert_event *b) {
    const struct alert_about *about = alerts_about(a->kind);
    return a->kind == b->kind && (!about->per_threshold || a->threshold == b->threshold) &&
           (!about->per_session || a->session == b->session);
}

static void forget(struct alert_watch *watch, uint32_t i) {
    watch->count--;
    memmove(&watch->raised[i], &watch->raised[i + 1], (watch->count - i) * sizeof(watch->raised[0]));
}

// It holds since it was raised.
static void renew(struct alert_watch *watch, const struct alert_event *event) {
    for (uint32_t i = 0; i < watch->count; i++) {
        if (same(&watch->raised[i].event, event)) {
            watch->raised[i].event = *event;
        }
    }
}

// Keeps the list of those that hold; the oldest goes when there are too many.
static void remember(struct alert_watch *watch, const struct alert_event *event) {
    for (uint32_t i = watch->count; i-- > 0;) {
        if (same(&watch->raised[i].event, event)) {
            forget(watch, i);
        }
    }
    if (event->raised) {
        if (watch->count == ALERT_WATCH_RAISED_MOST) {
            forget(watch, 0);
        }
        watch->raised[watch->count++] = (struct alert_watch_raised){.event = *event, .since = clock_wall()};
    }
}

void alert_watch_batches(struct alert_watch *watch, const struct batch_list *before) {
    alerts_batches_begin(&watch->alerts, before);
}

void alert_watch_tick(struct alert_watch *watch, const struct snapshot *look, const struct crew_look *crew,
                      const struct batch_list *batches) {
    struct alert_facts facts;
    struct alert_event event[ALERTS_EVENTS_MOST];
    alert_facts_take(look, crew, watch->daily_limit, &facts);
    facts.waiting = facts.waiting || watch->batch;
    facts.batches = batches;
    facts.run = look->run_id;
    uint32_t count = alerts_decide(&watch->alerts, &facts, event);
    for (uint32_t i = 0; i < count; i++) {
        if (event[i].renewed) {
            renew(watch, &event[i]);
        } else {
            remember(watch, &event[i]);
            tell(watch, look, &event[i]);
        }
    }
    if (watch->webhook != NULL) {
        alert_webhook_tick(watch->webhook, look->at);
    }
}

uint32_t alert_watch_raised(const struct alert_watch *watch,
                            struct alert_watch_raised out[ALERT_WATCH_RAISED_MOST]) {
    if (watch == NULL) {
        return 0;
    }
    memcpy(out, watch->raised, watch->count * sizeof(watch->raised[0]));
    return watch->count;
}

void alert_watch_end(struct alert_watch *watch) {
    if (watch != NULL) {
        alert_webhook_end(watch->webhook);
        free(watch);
    }
}
