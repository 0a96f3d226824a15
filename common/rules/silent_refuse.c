// A refusal ends a round, which tells what the server's bucket refilled meanwhile.
#include "ration/arithmetic.h"
#include "ration/silent.h"
#include "rules/silent_balance.h"
#include "rules/silent_estimate.h"
#include "rules/silent_places.h"
#include "rules/silent_rate.h"

#include <math.h>

#define BEGINNING CLOCK_SECOND  // what left within it left at once
#define BURST_TIME 0.25         // seconds: what left within it, and far faster than just before, likewise
#define FIRST_REST CLOCK_SECOND // after a refusal that names no wait: the longest while anything is accepted,
#define REST_MOST (60 * CLOCK_SECOND) // and while nothing is
#define TOLD_LEAST (500 * CLOCK_MS)   // where a wait is named, and nothing is accepted
#define TOLD_MOST CLOCK_DAY           // where a longer one is named: the limit of a month, or nonsense
#define REST_GAPS 3U                  // so many departures are left out where the pace is known,
#define VAIN_GAPS 50U                 // and so many after a second refusal
#define UNDER_WAY 1.5                 // of what leaves while a refusal comes back
#define GROWTH_WAIT 12.0              // a pace grows in no less than a twelfth of the wait that its end costs
#define SLOWER 0.85                   // of a rate that was refused, where nothing else is known
#define EULER 0.577

static uint64_t accepted_by(const struct silent *silent, const struct silent_refusal *refusal) {
    return silent_rate_count(silent->begun_mark, refusal->mark);
}

// Far more than just before: a burst, as at the beginning.
static bool bursts(const struct silent *silent, const struct silent_refusal *refusal) {
    double before = silent_rate_seconds(silent->step[0], silent->step[1]);
    uint64_t lately = silent_rate_count(silent->step_mark[1], refusal->taken);
    before = before > 0 ? (double)(silent->step_mark[1] - silent->step_mark[0]) / before : 0;
    return refusal->departed - silent->begun < BEGINNING || (double)lately > 4 + 4 * before * BURST_TIME;
}

// So long a departure that grew e times in each took for so many.
static uint64_t ramp_of(uint64_t time, uint64_t taken) {
    return (uint64_t)((double)time / (log((double)taken + 1) + EULER));
}

// The first refusal of all: a beginning at full speed says how much the bucket holds, and later on how fast
// it was when it got too fast.
static void first_refusal(struct silent *silent, const struct silent_refusal *refusal) {
    double pace = silent_rate_lately(silent, refusal);
    silent->margin = SILENT_RATE_MARGIN;
    if (bursts(silent, refusal)) {
        bool begins = refusal->departed - silent->begun < BEGINNING;
        uint64_t from = begins ? silent->begun_mark : silent->step_mark[1];
        uint64_t taken = silent_rate_count(from, refusal->mark);
        silent->burst_ramp = begins ? ramp_of(refusal->departed - silent->begun, taken) : 0;
        silent->burst_mark = from;
        silent->bursting = 1;
        silent->alike_at = refusal->in_flight;
        silent_rate_search(silent, 2, 0);
        double wait = fmax((double)silent->wait, 1) / (double)CLOCK_SECOND;
        silent->growth = arithmetic_least(silent->growth, silent_rate_words(GROWTH_WAIT / wait));
    } else {
        silent->burst = 1;
        silent_rate_search(silent, SLOWER * pace, pace);
    }
}

static uint64_t doubled(uint64_t rest, uint64_t times) {
    for (uint64_t i = 1; i < times && rest < REST_MOST; i++) {
        rest *= 2;
    }
    return arithmetic_least(rest, REST_MOST);
}

static uint64_t rest_of(const struct silent *silent, const struct silent_refusal *refusal) {
    bool paced = silent->vain == 0 && silent->refusals > 1;
    if (refusal->told) { // but one that keeps naming no time must not be hammered
        return paced ? refusal->wait : arithmetic_most(refusal->wait, doubled(TOLD_LEAST, silent->vain));
    }
    if (paced) {
        return arithmetic_least(REST_GAPS * silent->gap, FIRST_REST);
    }
    uint64_t first = silent->form == SILENT_RATE ? VAIN_GAPS * silent->gap : FIRST_REST;
    return doubled(arithmetic_least(first, FIRST_REST), silent->vain);
}

static void close_round(struct silent *silent, const struct silent_refusal *refusal) {
    if (silent->form == SILENT_NONE) {
        first_refusal(silent, refusal);
    } else if (silent->form == SILENT_PLACES) {
        silent_places_refuse(silent, refusal);
    } else if (!silent_places_begin(silent, refusal)) {
        silent_estimate(silent, refusal);
    }
}

// Nothing was accepted since the last refusal: those that left before this one are still on their way back.
static bool in_vain(const struct silent *silent, const struct silent_refusal *refusal) {
    double way = silent_rate_seconds(refusal->departed, refusal->now);
    double under_way = silent->form == SILENT_RATE ? UNDER_WAY * way * silent_rate_of(silent->gap) : 0;
    return refusal->mark <= silent->begun_mark ||
           (!refusal->told && silent->vain > 0 && (double)accepted_by(silent, refusal) < under_way);
}

static uint64_t refuse(struct silent *silent, const struct silent_refusal *refusal) {
    if (silent->begun == 0 || refusal->departed < silent->begun) {
        silent->empty_at = arithmetic_most(silent->empty_at, refusal->departed);
        silent->bursting += silent->bursting != 0 ? 1 : 0;
        silent->crowd++;
        silent_places_together(silent);
        return refusal->told ? refusal->wait : 0;
    }
    if (refusal->told) {
        silent->wait = arithmetic_most(refusal->wait, silent->wait / 2);
    }
    silent->refusals++;
    silent_balance_crowd(silent);
    if (in_vain(silent, refusal)) {
        silent->vain++;
        silent_balance_vain(silent, refusal);
        silent_places_vain(silent, refusal);
    } else {
        silent->vain = 0;
        close_round(silent, refusal);
    }
    silent->empty_at = refusal->departed;
    silent->begun = 0;
    uint64_t rest = rest_of(silent, refusal);
    silent->paced = arithmetic_sum(refusal->now, rest);
    return rest;
}

uint64_t silent_refuse(struct silent *silent, const struct silent_refusal *refusal) {
    struct silent_refusal heeded = *refusal;
    heeded.wait = arithmetic_least(refusal->wait, TOLD_MOST);
    return refuse(silent, &heeded);
}
