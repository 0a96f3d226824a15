#include "http/http_requests.h"

#include "ration/clock.h"
#include "ration/json_text.h"
#include "ration/slot_requests.h"
#include "view/json_fields.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct found {
    uint32_t slot;
    struct slot_request request;
};

struct list {
    struct found *item;
    size_t count;
};

typedef uint32_t read_slot(const struct arena *arena, uint32_t slot, struct slot_request out[SLOT_REQUESTS]);

static uint64_t moment(const struct slot_request *request) {
    return request->ended != 0 ? request->ended : request->began;
}

static int newest_first(const void *a, const void *b) {
    uint64_t left = moment(&((const struct found *)a)->request);
    uint64_t right = moment(&((const struct found *)b)->request);
    return (left < right) - (left > right);
}

static bool collect(const struct arena *arena, read_slot *of_slot, struct list *list) {
    struct slot_request some[SLOT_REQUESTS];
    list->count = 0;
    list->item = calloc((size_t)arena_slots(arena) * SLOT_REQUESTS, sizeof(*list->item));
    if (list->item == NULL) {
        return false;
    }
    for (uint32_t slot = 0; slot < arena_slots(arena); slot++) {
        uint32_t count = of_slot(arena, slot, some);
        for (uint32_t i = 0; i < count; i++) {
            list->item[list->count++] = (struct found){.slot = slot, .request = some[i]};
        }
    }
    qsort(list->item, list->count, sizeof(*list->item), newest_first);
    return true;
}

static const char *state_of(const struct slot_request *request) {
    if (request->ended == 0) {
        return "executing";
    }
    return request->outcome == OUTCOME_DONE ? "completed"
           : request->outcome == OUTCOME_RATE_LIMITED || request->outcome == OUTCOME_QUOTA_EXHAUSTED ||
                   request->outcome == OUTCOME_NO_CAPACITY
               ? "rate_limited"
               : "failed";
}

static void add_time(cJSON *to, const char *name, uint64_t when, uint64_t now, uint64_t wall) {
    char text[CLOCK_RFC3339_SIZE];
    clock_rfc3339(when < now ? wall - (now - when) : wall, text);
    (void)cJSON_AddStringToObject(to, name, text);
}

static cJSON *describe(const struct found *found, uint64_t now, uint64_t wall) {
    const struct slot_request *request = &found->request;
    uint64_t until = request->ended != 0 ? request->ended : now;
    uint64_t took = until > request->began ? until - request->began : 0;
    cJSON *item = cJSON_CreateObject();
    (void)cJSON_AddNumberToObject(item, "row", (double)request->artist + 1);
    (void)cJSON_AddStringToObject(item, "state", state_of(request));
    (void)cJSON_AddNumberToObject(item, "worker", found->slot + 1);
    (void)cJSON_AddNumberToObject(item, "session", request->session + 1);
    add_time(item, "began", request->began, now, wall);
    (void)cJSON_AddNumberToObject(item, "milliseconds", floor((double)took / CLOCK_MS));
    if (request->ended != 0) {
        add_time(item, "ended", request->ended, now, wall);
        (void)cJSON_AddStringToObject(item, "outcome", outcome_name(request->outcome));
        (void)cJSON_AddNumberToObject(item, "status", request->status);
    }
    return item;
}

static bool add_list(cJSON *to, const char *name, const struct arena *arena, read_slot *of_slot, uint64_t now,
                     uint64_t wall) {
    struct list list;
    cJSON *array = cJSON_AddArrayToObject(to, name);
    if (array == NULL || !collect(arena, of_slot, &list)) {
        return false;
    }
    for (size_t i = 0; i < list.count && i < HTTP_REQUESTS_MOST; i++) {
        (void)cJSON_AddItemToArray(array, describe(&list.item[i], now, wall));
    }
    free(list.item);
    return true;
}

static void add_counts(cJSON *to, const struct run_status *status) {
    const struct snapshot *now = &status->now;
    const struct snapshot_sums *sums = &status->sums;
    uint32_t left = snapshot_left(now);
    cJSON *counts = json_fields_object(to, "counts");
    json_fields_count(counts, "pending", left > sums->in_flight ? left - sums->in_flight : 0);
    json_fields_count(counts, "executing", sums->in_flight);
    json_fields_count(counts, "completed", now->done);
    json_fields_count(counts, "rate_limited",
                      sums->outcome[OUTCOME_RATE_LIMITED] + sums->outcome[OUTCOME_QUOTA_EXHAUSTED] +
                          sums->outcome[OUTCOME_NO_CAPACITY]);
    json_fields_count(counts, "failed", now->failed);
}

char *http_requests_json(const struct run_status *status, const struct arena *arena, uint64_t now,
                         uint64_t wall) {
    cJSON *out = cJSON_CreateObject();
    char *text = NULL;
    add_counts(out, status);
    if (add_list(out, "executing", arena, slot_requests_under_way, now, wall) &&
        add_list(out, "ended", arena, slot_requests_ended, now, wall)) {
        text = json_text(out);
    }
    cJSON_Delete(out);
    return text;
}
