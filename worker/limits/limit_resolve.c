#include "limits/limit_resolve.h"

#include "limits/limit_values.h"
#include "limits/limit_window.h"
#include "ration/clock.h"

// An answer is not quite as old as it says; so a window may look this much (1/20) longer than it is.
#define SLACK(window) ((window) + (window) / 20)

static uint64_t known(const struct limit_triplet *triplet, enum limit_part part) {
    return triplet->state[part] == LIMIT_THERE ? triplet->value[part] : LIMIT_UNKNOWN;
}

static void note_odd(struct limit_report *report, enum limit_odd_kind kind, int row, enum limit_part part,
                     uint64_t number) {
    if (report->odd.kind == LIMIT_ODD_NONE) {
        report->odd = (struct limit_odd){.kind = kind, .row = row, .part = (int)part, .number = number};
    }
}

// Remaining is dropped when it is no news (a 0 of someone who knows nothing) or cannot be. A number below
// zero is always news.
static void check_remaining(struct limit_entry *entry, bool overdrawn, struct limit_report *report) {
    struct limit_counts *ignored = &report->ignored;
    if (entry->remaining == LIMIT_UNKNOWN) {
        return;
    }
    bool alone = entry->limit == LIMIT_UNKNOWN && (entry->reset == LIMIT_UNKNOWN || entry->reset == 0);
    if (entry->remaining == 0 && alone && !overdrawn) {
        ignored->unknown++;
        entry->remaining = LIMIT_UNKNOWN;
    } else if (entry->limit != LIMIT_UNKNOWN && entry->remaining > entry->limit) {
        if (entry->remaining - entry->limit < entry->rounding) {
            entry->remaining = entry->limit;
        } else {
            ignored->contradictory++;
            note_odd(report, LIMIT_ODD_ABOVE, entry->row, LIMIT_PART_REMAINING, entry->remaining);
            entry->remaining = LIMIT_UNKNOWN;
        }
    }
}

static void add(const struct limit_entry *entry, struct limit_report *report) {
    if (entry->limit != LIMIT_UNKNOWN || entry->remaining != LIMIT_UNKNOWN || entry->reset != LIMIT_UNKNOWN) {
        limit_report_add(report, entry);
    }
}

// How finely the wait is known.
static uint64_t set_reset(const struct limit_triplet *triplet, const struct limit_row *row, uint64_t now,
                          struct limit_entry *entry, struct limit_report *report) {
    entry->reset = known(triplet, LIMIT_PART_RESET);
    if (entry->reset == LIMIT_UNKNOWN) {
        return 0;
    }
    uint64_t step = triplet->step;
    if (triplet->form == LIMIT_TIME_ABSOLUTE) {
        entry->reset = entry->reset > now ? entry->reset - now : 0;
        step += CLOCK_SECOND; // that of the Date
    }
    if (entry->reset > LIMIT_TIME_MOST) {
        report->ignored.malformed++;
        note_odd(report, LIMIT_ODD_YEARS, triplet->row, LIMIT_PART_RESET, entry->reset);
        entry->reset = LIMIT_UNKNOWN;
        return 0;
    }
    bool units = triplet->form == LIMIT_TIME_UNITS;
    entry->means = row->means != LIMIT_RESET_UNKNOWN ? row->means
                   : units                           ? LIMIT_RESET_FULL
                                                     : LIMIT_RESET_ENDS;
    return step;
}

// The provider's habit: a minute, and where the wait is too long for that, a day.
static void assume(struct limit_entry *entry, uint64_t least) {
    entry->window = least <= SLACK(CLOCK_MINUTE)                             ? CLOCK_MINUTE
                    : least > SLACK(CLOCK_HOUR) && least <= SLACK(CLOCK_DAY) ? CLOCK_DAY
                                                                             : 0;
    entry->source = entry->window != 0 ? LIMIT_WINDOW_ASSUMED : LIMIT_WINDOW_UNKNOWN;
}

static void set_window(const struct limit_row *row, enum limit_dialect dialect, uint64_t step,
                       struct limit_entry *entry) {
    bool timed = entry->reset != LIMIT_UNKNOWN;
    uint64_t least = timed && entry->reset > step ? entry->reset - step : 0;
    if (timed && entry->means == LIMIT_RESET_FULL && entry->limit != LIMIT_UNKNOWN &&
        entry->remaining != LIMIT_UNKNOWN) {
        struct limit_sample sample = {entry->limit, entry->remaining, entry->rounding, entry->reset, step};
        struct limit_window window = limit_window_infer(&sample);
        if (window.window != 0) {
            entry->window = window.window;
            entry->source = LIMIT_WINDOW_INFERRED;
            return;
        }
        bool longer = window.least > SLACK(CLOCK_DAY);
        bool none = window.most != UINT64_MAX && !limit_dialects_units_mean_full(dialect);
        if (row->means == LIMIT_RESET_UNKNOWN && (longer || none)) {
            entry->means = LIMIT_RESET_ENDS; // no refilling fits, so it was no time to full
        } else {
            least = window.least;
        }
    }
    if (row->assumed) {
        assume(entry, least);
    }
}

// -1, and a 0 that might mean unknown, stand for an account that is used up where its limit is known.
static uint64_t remaining_of(const struct limit_triplet *triplet, struct limit_counts *ignored) {
    uint64_t remaining = known(triplet, LIMIT_PART_REMAINING);
    if (triplet->state[LIMIT_PART_REMAINING] == LIMIT_VOID) {
        bool used_up = triplet->state[LIMIT_PART_LIMIT] == LIMIT_THERE;
        ignored->unknown += used_up ? 0 : 1;
        return used_up ? 0 : LIMIT_UNKNOWN;
    }
    if (triplet->state[LIMIT_PART_LIMIT] == LIMIT_VOID && remaining == 0 && !triplet->overdrawn) {
        ignored->unknown++;
        return LIMIT_UNKNOWN; // as unknown as its limit
    }
    return remaining;
}

void limit_resolve_triplet(const struct limit_triplet *triplet, enum limit_dialect dialect,
                           struct limit_policies *policies, uint64_t now, struct limit_report *report) {
    const struct limit_row *row = limit_dialects_row(triplet->row);
    struct limit_entry entry = {.unit = row->unit,
                                .row = triplet->row,
                                .limit = known(triplet, LIMIT_PART_LIMIT),
                                .remaining = remaining_of(triplet, &report->ignored),
                                .rounding = row->rounding};
    uint64_t step = set_reset(triplet, row, now, &entry, report);
    report->ignored.unknown += triplet->state[LIMIT_PART_LIMIT] == LIMIT_VOID ? 1 : 0;
    report->ignored.unknown += triplet->state[LIMIT_PART_RESET] == LIMIT_VOID ? 1 : 0;
    check_remaining(&entry, triplet->overdrawn, report);
    entry.window = row->window;
    if (entry.window == 0 && !row->assumed && entry.limit != LIMIT_UNKNOWN) {
        entry.window = limit_policies_take_window(policies, entry.limit);
    }
    entry.source = entry.window != 0 ? LIMIT_WINDOW_TOLD : LIMIT_WINDOW_UNKNOWN;
    if (entry.window == 0) {
        set_window(row, dialect, step, &entry);
    }
    add(&entry, report);
}

void limit_resolve_policies(const struct limit_policies *policies, struct limit_report *report) {
    for (uint32_t i = 0; i < policies->count; i++) {
        const struct limit_policy *policy = &policies->policy[i];
        if (policy->unit == LIMIT_UNITS) {
            continue;
        }
        struct limit_entry entry = {.unit = policy->unit,
                                    .row = LIMIT_ROW_NONE,
                                    .window = policy->window,
                                    .source = policy->window != 0 ? LIMIT_WINDOW_TOLD : LIMIT_WINDOW_UNKNOWN,
                                    .limit = policy->quota,
                                    .remaining = policy->remaining,
                                    .rounding = 1,
                                    .reset = policy->reset,
                                    .means = policy->reset != LIMIT_UNKNOWN ? LIMIT_RESET_ENDS
                                                                            : LIMIT_RESET_UNKNOWN};
        check_remaining(&entry, policy->overdrawn, report);
        add(&entry, report);
    }
}
