#include "view/figures_batches.h"

#include "ration/clock.h"

#include <math.h>
#include <stdio.h>

#define NO_METRIC NULL, NULL, NULL
#define NO_LABEL NULL, NULL
#define ROWS(table) .row = (table), .rows = sizeof(table) / sizeof((table)[0])

// ---- all of them ----
#define AT(path) .word = FIGURES_WORD(struct run_status, path)

static void name_end(uint32_t which, char out[FIGURES_NAME]) {
    (void)snprintf(out, FIGURES_NAME, "%s", batch_list_end_name((enum batch_list_end)which));
}

static const struct figures_each each_end = {"end", BATCH_LIST_ENDS, name_end};

static const struct figures_row rows[] = {
    {"ration_batch_parts", NO_LABEL, "batches.open", "gauge", "parts",
     "Parts of a batch that are with the API, or perhaps.", AT(batches.parts)},
    {"ration_batch_rows", NO_LABEL, "batches.rows", "gauge", "artists", "Artists of these parts.",
     AT(batches.rows)},
    {NO_METRIC, "batches.local", "gauge", "parts", "Parts that are written or uploaded, and not made yet.",
     AT(batches.local)},
    {"ration_batch_parts_over_total", NO_LABEL, "batches.over", "counter", "parts",
     "Parts that are over, by how they ended, of all runs that the journal has.", AT(batches.end[0]),
     .each = &each_end},
};

const struct figures_list figures_batches = {ROWS(rows)};

// ---- each ----
#define PART(path) .word = FIGURES_WORD(struct batch_record, path)
#define IF(path) .only_if = FIGURES_WORD(struct batch_record, path)

static const struct batch_record *part_of(const struct figures_at *at) {
    return &at->status->batches.part[at->item];
}

static double done(const struct figures_at *at) {
    return part_of(at)->status[0] != '\0' ? (double)part_of(at)->done : NAN;
}

static double failed(const struct figures_at *at) {
    return part_of(at)->status[0] != '\0' ? (double)part_of(at)->failed : NAN;
}

static double age(const struct figures_at *at) {
    uint64_t now = at->status->now.wall / CLOCK_SECOND;
    return now > part_of(at)->made ? (double)(now - part_of(at)->made) : 0;
}

static double kept(const struct figures_at *at) {
    return (double)batch_list_kept(part_of(at));
}

static double is_over(const struct figures_at *at) {
    return batch_list_is_over(part_of(at));
}

static const struct figures_row parts[] = {
    {"ration_batch_part_rows", NO_LABEL, "rows", "gauge", "artists", "Artists of a part.", PART(rows)},
    {"ration_batch_part_done", NO_LABEL, "done", "gauge", "artists",
     "Artists of a part that the API counts as answered.", .value = done},
    {"ration_batch_part_failed", NO_LABEL, "failed", "gauge", "artists",
     "Artists of a part that the API counts as failed.", .value = failed},
    {"ration_batch_part_age_seconds", NO_LABEL, "age_seconds", "gauge", "seconds",
     "Time since a part was made.", .value = age, IF(made)},
    {"ration_batch_part_ends_by_seconds", NO_LABEL, NULL, "gauge", "seconds",
     "Unix time by which a part ends.", PART(until), IF(until)},
    {"ration_batch_part_kept_until_seconds", NO_LABEL, NULL, "gauge", "seconds",
     "Unix time until which the API keeps a part's results at least.", .value = kept, IF(made)},
    {NO_METRIC, "tokens", "gauge", "tokens", "Tokens of input of a part, as estimated.", PART(tokens)},
    {NO_METRIC, "bytes", "gauge", "bytes", "Bytes of a part's file.", PART(bytes)},
    {"ration_batch_part_over", NO_LABEL, "over", "gauge", "flag", "1 when a part is over.", .value = is_over},
};

static uint32_t count_parts(const struct run_status *status) {
    return status->batches.count;
}

static bool name_part(const struct run_status *status, uint32_t item,
                      char name[FIGURES_LABELS][FIGURES_NAME]) {
    const struct batch_record *part = &status->batches.part[item];
    (void)batch_list_name(part, NULL, name[0]);
    (void)snprintf(name[1], FIGURES_NAME, "%s", part->session);
    return true;
}

static const void *part_base(const struct run_status *status, uint32_t item) {
    return &status->batches.part[item];
}

const struct figures_list figures_batches_parts = {
    {"part", "session"}, count_parts, name_part, part_base, ROWS(parts)};
