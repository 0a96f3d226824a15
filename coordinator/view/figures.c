#include "view/figures.h"

#include "view/json_fields.h"
#include "view/metrics_families.h"

#include <stddef.h>
#include <string.h>

// Rows of one metric stand together; their label tells them apart. NULL: it has no such name.
struct figure {
    const char *metric, *label, *label_value;
    const char *object, *member;
    const char *kind, *unit, *help;
    size_t offset, size;                            // in struct run_status, 4 or 8 bytes without a sign
    uint64_t (*value)(const struct run_status *of); // instead of these, where it is worked out
};

#define AT(path) \
    .offset = offsetof(struct run_status, path), .size = sizeof(((const struct run_status *)NULL)->path)
#define ARTISTS "ration_artists", "state"
#define ARTISTS_HELP "gauge", "artists", "Artists of the input by state; retrying ones are among those left."
#define TOKENS "ration_tokens_total", "direction"
#define TOKENS_HELP "counter", "tokens", "Tokens of the answers, as reported or estimated."
#define NO_METRIC NULL, NULL, NULL
#define NO_LABEL NULL, NULL
#define NO_MEMBER NULL, NULL

static uint64_t left_of(const struct run_status *status) {
    return status->now.artists - status->now.done - status->now.failed;
}

static const struct figure table[] = {
    {NO_METRIC, "artists", "total", "gauge", "artists", "Artists of the input.", AT(now.artists)},
    {ARTISTS, "done", "artists", "done", ARTISTS_HELP, AT(now.done)},
    {ARTISTS, "failed", "artists", "failed", ARTISTS_HELP, AT(now.failed)},
    {ARTISTS, "left", "artists", "left", ARTISTS_HELP, .value = left_of},
    {ARTISTS, "retrying", "artists", "retrying", ARTISTS_HELP, AT(sums.retrying)},
    {NO_METRIC, "artists", "before", "gauge", "artists", "Artists that earlier runs ended.",
     AT(now.gossip.before)},
    {NO_METRIC, "artists", "in_flight", "gauge", "artists", "Artists with a request on the wire.",
     AT(sums.in_flight)},
    {"ration_in_doubt_total", NO_LABEL, "artists", "in_doubt", "counter", "requests",
     "Requests that were in flight when their worker died: perhaps billed.", AT(now.gossip.in_doubt)},
    {"ration_retries_total", NO_LABEL, "requests", "retries", "counter", "attempts",
     "Attempts after a failed one.", AT(sums.retries)},
    {"ration_redistributed_total", NO_LABEL, NO_MEMBER, "counter", "artists",
     "Artists taken from dead workers and given to others.", AT(now.gossip.redistributed)},
    {"ration_requests_in_flight", NO_LABEL, "requests", "in_flight", "gauge", "requests",
     "Requests on the wire.", AT(sums.in_flight)},
    {NO_METRIC, "requests", "ended", "counter", "requests", "Requests that ended.", AT(sums.ended)},
    {NO_METRIC, "requests", "booked", "gauge", "requests", "Requests that are booked and have not ended.",
     AT(sums.booked_requests)},
    {TOKENS, "input", "tokens", "input", TOKENS_HELP, AT(sums.input_tokens)},
    {TOKENS, "output", "tokens", "output", TOKENS_HELP, AT(sums.output_tokens)},
    {"ration_alerts_active", NO_LABEL, NO_MEMBER, "gauge", "alerts", "Alerts that hold at the moment.",
     AT(now.gossip.alerts)},
};
static uint64_t value_of(const struct figure *figure, const struct run_status *status) {
    uint32_t small;
    uint64_t large;
    const char *at = (const char *)status + figure->offset;
    if (figure->value != NULL) {
        return figure->value(status);
    }
    if (figure->size == sizeof(small)) {
        memcpy(&small, at, sizeof(small));
        return small;
    }
    memcpy(&large, at, sizeof(large));
    return large;
}

void figures_json(cJSON *object, const char *name, const struct run_status *status) {
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (table[i].object != NULL && strcmp(table[i].object, name) == 0) {
            json_fields_count(object, table[i].member, value_of(&table[i], status));
        }
    }
}

void figures_metrics(FILE *out, const struct run_status *status) {
    const char *family = "";
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const struct figure *figure = &table[i];
        const char *labels[] = {figure->label, figure->label_value, NULL};
        if (figure->metric == NULL) {
            continue;
        }
        if (strcmp(figure->metric, family) != 0) {
            metrics_families_head(out, figure->metric, figure->kind, figure->help);
            family = figure->metric;
        }
        metrics_families_count(out, figure->metric, labels, value_of(figure, status));
    }
}
