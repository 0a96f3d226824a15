#include "limits/limit_report.h"

#include "ration/clock.h"

#include <stdbool.h>
#include <stddef.h>

// report->count: there is none.
static uint32_t find(const struct limit_report *report, enum limit_unit unit, uint64_t window) {
    uint32_t i = 0;
    while (i < report->count && (report->entry[i].unit != unit || report->entry[i].window != window)) {
        i++;
    }
    return i;
}

// LIMIT_UNKNOWN is larger than any value, so the known one wins.
static bool tighter(const struct limit_entry *a, const struct limit_entry *b) {
    if (a->remaining != b->remaining) {
        return a->remaining < b->remaining;
    }
    if (a->limit != b->limit) {
        return a->limit < b->limit;
    }
    if (a->reset != b->reset) {
        return b->reset == LIMIT_UNKNOWN || (a->reset != LIMIT_UNKNOWN && a->reset > b->reset);
    }
    return a->source > b->source;
}

void limit_report_add(struct limit_report *report, const struct limit_entry *entry) {
    uint32_t i = find(report, entry->unit, entry->window);
    if (i < report->count) {
        if (tighter(entry, &report->entry[i])) {
            report->entry[i] = *entry;
        }
    } else if (report->count < LIMIT_REPORT_MOST) {
        report->entry[report->count++] = *entry;
    }
}

static bool spent(const struct limit_entry *entry) {
    bool priority = entry->unit == LIMIT_PRIORITY_INPUT_TOKENS || entry->unit == LIMIT_PRIORITY_OUTPUT_TOKENS;
    return !priority && entry->reset != LIMIT_UNKNOWN &&
           (entry->remaining == LIMIT_UNKNOWN || entry->remaining == 0 ||
            (entry->limit != LIMIT_UNKNOWN && entry->remaining <= entry->limit / 20));
}

static uint64_t wait_of(const struct limit_entry *entry) {
    bool refills = entry->means == LIMIT_RESET_FULL && entry->source >= LIMIT_WINDOW_INFERRED;
    if (refills && entry->window > CLOCK_HOUR && entry->limit != LIMIT_UNKNOWN && entry->remaining == 0) {
        return entry->reset / entry->limit + CLOCK_SECOND;
    }
    return entry->reset;
}

bool limit_report_wait(const struct limit_report *report, uint64_t *wait) {
    bool found = false;
    *wait = 0;
    for (uint32_t i = 0; i < report->count; i++) {
        const struct limit_entry *entry = &report->entry[i];
        if (spent(entry)) {
            uint64_t one = wait_of(entry);
            *wait = one > *wait ? one : *wait;
            found = true;
        }
    }
    return found;
}
