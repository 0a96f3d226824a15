#include "limits/limit_news.h"

#include "ration/clock.h"

#include <stdbool.h>

#define LONGEST (31 * CLOCK_DAY)

static enum dimension_unit unit_of(enum limit_unit unit) {
    static const enum dimension_unit units[LIMIT_UNITS] = {
        [LIMIT_REQUESTS] = DIMENSION_REQUESTS,
        [LIMIT_TOKENS] = DIMENSION_TOKENS,
        [LIMIT_INPUT_TOKENS] = DIMENSION_INPUT_TOKENS,
        [LIMIT_OUTPUT_TOKENS] = DIMENSION_OUTPUT_TOKENS,
        [LIMIT_PROJECT_TOKENS] = DIMENSION_PROJECT_TOKENS,
    };
    return unit < LIMIT_UNITS ? units[unit] : DIMENSION_NONE;
}

// The order in which they find room; a window that is not known is mostly that of a minute.
static int order_of(uint64_t window) {
    return window == 0 ? 1 : window <= CLOCK_MINUTE ? 0 : 2;
}

// Anthropic has headers for all tokens that repeat those of the limit that binds most: a limit of its input
// tokens is none of all tokens.
static bool repeats(const struct limit_report *report, const struct limit_entry *entry) {
    if (entry->unit != LIMIT_TOKENS) {
        return false;
    }
    for (uint32_t i = 0; i < report->count; i++) {
        const struct limit_entry *other = &report->entry[i];
        if ((other->unit == LIMIT_INPUT_TOKENS || other->unit == LIMIT_OUTPUT_TOKENS) &&
            other->window == entry->window && other->limit == entry->limit) {
            return true;
        }
    }
    return false;
}

static void add(const struct limit_entry *entry, struct ledger_news *news) {
    news->of[news->count++] = (struct dimension_news){
        .unit = unit_of(entry->unit),
        .window = entry->window,
        .window_sure = entry->source == LIMIT_WINDOW_TOLD,
        .limit = entry->limit,
        .remaining = entry->remaining,
        .reset = entry->reset,
        .rounding = entry->rounding,
        .fixed = entry->means == LIMIT_RESET_ENDS,
    };
}

void limit_news_from(const struct limit_report *report, struct ledger_news *news) {
    news->count = 0;
    for (int order = 0; order <= 2; order++) {
        for (uint32_t i = 0; i < report->count && news->count < LEDGER_DIMENSIONS; i++) {
            const struct limit_entry *entry = &report->entry[i];
            if (entry->limit == LIMIT_UNKNOWN && entry->remaining == LIMIT_UNKNOWN) {
                continue; // a reset alone concerns who was refused
            }
            if (order_of(entry->window) == order && entry->window <= LONGEST &&
                unit_of(entry->unit) != DIMENSION_NONE && !repeats(report, entry)) {
                add(entry, news);
            }
        }
    }
}
