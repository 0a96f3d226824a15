#include "limit_report.h"

#include <stdbool.h>
#include <stddef.h>

static struct limit_entry *find(struct limit_report *report, enum limit_unit unit, uint64_t window) {
    for (uint32_t i = 0; i < report->count; i++) {
        if (report->entry[i].unit == unit && report->entry[i].window == window) {
            return &report->entry[i];
        }
    }
    return NULL;
}

const struct limit_entry *limit_report_find(const struct limit_report *report, enum limit_unit unit,
                                            uint64_t window) {
    return find((struct limit_report *)report, unit, window);
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
    struct limit_entry *same = find(report, entry->unit, entry->window);
    if (same != NULL) {
        if (tighter(entry, same)) {
            *same = *entry;
        }
    } else if (report->count < LIMIT_REPORT_MOST) {
        report->entry[report->count++] = *entry;
    }
}

const char *limit_report_unit(enum limit_unit unit) {
    static const char *const names[LIMIT_UNITS] = {
        [LIMIT_REQUESTS] = "requests",
        [LIMIT_TOKENS] = "tokens",
        [LIMIT_INPUT_TOKENS] = "input tokens",
        [LIMIT_OUTPUT_TOKENS] = "output tokens",
        [LIMIT_PROJECT_TOKENS] = "project tokens",
        [LIMIT_PRIORITY_INPUT_TOKENS] = "priority input tokens",
        [LIMIT_PRIORITY_OUTPUT_TOKENS] = "priority output tokens",
    };
    return names[unit];
}
