// A refusal ends a round, which tells what the server's bucket refilled meanwhile.
#include "ration/arithmetic.h"
#include "ration/silent.h"
#include "rules/silent_places.h"
#include "rules/silent_rate.h"
#include "rules/silent_solve.h"

#include <math.h>

#define BEGINNING CLOCK_SECOND  // what left within it left at once
#define BURST_TIME 0.25         // seconds: what left within it, and far faster than just before, likewise
#define FIRST_REST CLOCK_SECOND // after a refusal that names no wait: the longest while anything is accepted,
#define REST_MOST (60 * CLOCK_SECOND) // and while nothing is
#define TOLD_LEAST (500 * CLOCK_MS)   // where a wait is named, and nothing is accepted
#define TOLD_MOST CLOCK_DAY           // where a longer one is named: the limit of a month, or nonsense
#define REST_GAPS 3U                  // so many departures are left out where the pace is known,
#define VAIN_GAPS 50U                 // and so many after a second refusal
#define SHORT 100U                    // accepted before a refusal: more often than one in a hundred
#define LONG 400U
#define MARGIN_LEAST (SILENT_WHOLE / 100)
#define MARGIN_MOST (SILENT_WHOLE / 3)
#define MARGIN_MORE (SILENT_WHOLE / 200)
#define SLOWER 0.85        // of a rate that was refused, where nothing else is known
#define DOUBT_ACCEPTED 3.0 // how wrong so many more or less accepted make a rate
#define SURE 0.12          // known so well it is kept to,
#define DEARER 0.04        // and less well, where a refusal costs so many seconds
#define DOUBT_MOST 0.5
#define FALL_MOST 3.0  // no single refusal makes a pace slower by more
#define RISE_LEAST 1.5 // and it is searched up to so much more
#define BEST_KEPT 0.85 // of the best that was known, after each refusal
#define LATER 1.04     // refused at so much more than was found
#define GROSSLY 1.25   // or so, where a refusal costs much
#define EULER 0.577
#define BURST_LEAST 0.05
#define BELIEVED_LESS 8.0
#define FIRST_FEW 3U // refusals in which a burst may be mistaken
#define MISTAKEN 1.1 // by so much

static uint64_t accepted_by(const struct silent *silent, const struct silent_refusal *refusal) {
    return silent_rate_count(silent->begun_mark, refusal->mark);
}

// The pace has grown on while the refusal was on its way.
static double pace_then(const struct silent *silent, const struct silent_refusal *refusal) {
    double grown = silent_rate_share(silent->growth) * silent_rate_seconds(refusal->departed, refusal->now);
    return fmax(silent_rate_of(silent->gap) / (1 + grown), silent_rate_of(silent->begun_gap));
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
    } else {
        silent->burst = 1;
        silent_rate_search(silent, SLOWER * pace, pace);
    }
}

static void widen_margin(struct silent *silent, uint64_t accepted) {
    if (silent->searching != 0) {
        return;
    }
    if (accepted < SHORT) {
        silent->margin = arithmetic_least(silent->margin * 3 / 2 + MARGIN_MORE, MARGIN_MOST);
    } else if (accepted > LONG) {
        silent->margin = arithmetic_most(silent->margin * 4 / 5, MARGIN_LEAST);
    }
}

static double solve(const struct silent *silent, double burst, const struct silent_refusal *refusal) {
    uint64_t grown_at = silent->grown_at > silent->begun ? silent->grown_at : silent->begun;
    grown_at = silent->growth > 0 ? arithmetic_least(grown_at, refusal->departed) : refusal->departed;
    const struct silent_round round = {
        .accepted = fmax((double)accepted_by(silent, refusal) - 0.5, 0.5),
        .rest = silent->empty_at > 0 ? silent_rate_seconds(silent->empty_at, silent->begun) : -1,
        .even = silent_rate_seconds(silent->begun, grown_at),
        .growing = silent_rate_seconds(grown_at, refusal->departed),
        .first = silent_rate_of(silent->begun_gap),
        .last = pace_then(silent, refusal),
        .burst = fmax(burst - 1, BURST_LEAST), // the refused one would have taken the last
        .ramp = burst > 1 ? (double)silent->burst_ramp / (double)CLOCK_SECOND : 0,
    };
    return silent_solve(&round);
}

// A refusal costs little: less than what the bucket gives back.
static bool cheap(const struct silent *silent, double limit) {
    return (double)silent->wait / (double)CLOCK_SECOND * limit < (double)silent->burst;
}

// It was refused later than what was found explains: either the limit has risen, or less may leave at once
// than it seemed, as where a window ends and nothing is left over.
static void doubt_burst(struct silent *silent, double *limit, const struct silent_refusal *refusal) {
    bool later =
        silent->found > 0 && silent->agreed >= SHORT / 2 && *limit > LATER * silent_rate_of(silent->found);
    bool long_enough = silent->searching == 0 && accepted_by(silent, refusal) >= SHORT;
    if ((later || (long_enough && cheap(silent, *limit))) && silent->burst > 1) {
        silent->burst = arithmetic_most(silent->burst / 4, 1);
        silent->burst_ramp = 0;
        *limit = solve(silent, (double)silent->burst, refusal);
    }
}

// How wrong it may be because of what the bucket holds.
static double doubt_of_burst(const struct silent *silent, double limit,
                             const struct silent_refusal *refusal) {
    double burst = (double)silent->burst;
    double lower = solve(silent, burst + 1 + burst / 8, refusal);
    return limit > 0 && lower < limit ? 1 - lower / limit : 0;
}

// While it is searched for, estimates that agree make one, each by what was accepted. One that was known is
// not given up for a few requests of which one came too early, as where a machine stood still: but it is
// believed less each time. Returns how wrong it may be.
static double agree(struct silent *silent, double *limit, uint64_t accepted) {
    double found = silent_rate_of(silent->found), before = (double)silent->agreed,
           now = (double)accepted + 0.5;
    if (silent->searching == 0) {
        before = accepted < SHORT && silent->wait == 0 ? before / BELIEVED_LESS : 0;
    }
    double doubt = DOUBT_ACCEPTED / now + (before > 0 ? DOUBT_ACCEPTED / before : 0);
    double off = found > 0 ? *limit / found - 1 : 0;
    bool same = found > 0 && before > 0 && off < doubt && off > -doubt;
    if (same) {
        *limit = (found * before + *limit * now) / (before + now);
        now += before;
    }
    *limit = fmin(*limit, silent_rate_of(silent->gap));
    silent->agreed = (uint64_t)now;
    silent->found = silent_rate_gap(*limit);
    return DOUBT_ACCEPTED / now;
}

// What was kept to for long may be so again: a machine that stood still sends bursts, and is refused for
// them.
static void remember(struct silent *silent, uint64_t accepted, double pace) {
    double best = BEST_KEPT * silent_rate_of(silent->best);
    if (accepted >= SHORT && pace > best) {
        best = pace;
    }
    silent->best = best > 0 ? silent_rate_gap(best) : 0;
}

static void pace_again(struct silent *silent, const struct silent_refusal *refusal) {
    uint64_t accepted = accepted_by(silent, refusal);
    double limit = solve(silent, (double)silent->burst, refusal);
    widen_margin(silent, accepted);
    remember(silent, accepted, pace_then(silent, refusal));
    doubt_burst(silent, &limit, refusal);
    bool fast = silent->growth >= silent_rate_words(SILENT_RATE_FAST / 2) || accepted < 4 * silent->burst;
    double burst_doubt = fast ? doubt_of_burst(silent, limit, refusal) : 0;
    double without = silent->refusals <= FIRST_FEW ? solve(silent, 1, refusal) : 0;
    double doubt = agree(silent, &limit, accepted) + burst_doubt;
    bool mistaken = without > (cheap(silent, limit) ? MISTAKEN : GROSSLY) * limit;
    if (mistaken) {
        silent_rate_search(silent, fmax(limit, pace_then(silent, refusal) / FALL_MOST), without);
    } else if (doubt < SURE + DEARER * (double)silent->wait / (double)CLOCK_SECOND) {
        silent_rate_settle(silent, limit, doubt, refusal);
    } else {
        doubt = fmin(doubt, DOUBT_MOST);
        double from = fmax(limit * (1 - doubt), pace_then(silent, refusal) / FALL_MOST);
        silent_rate_search(silent, from, fmax(limit * (1 + doubt), RISE_LEAST * from));
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
        pace_again(silent, refusal);
    }
}

static uint64_t refuse(struct silent *silent, const struct silent_refusal *refusal) {
    if (silent->begun == 0 || refusal->departed < silent->begun) {
        silent->empty_at = arithmetic_most(silent->empty_at, refusal->departed);
        silent->bursting += silent->bursting != 0 ? 1 : 0;
        silent_places_together(silent, refusal);
        return refusal->told ? refusal->wait : 0;
    }
    if (refusal->told) {
        silent->wait = arithmetic_most(refusal->wait, silent->wait / 2);
    }
    silent->refusals++;
    if (refusal->mark <= silent->begun_mark) {
        silent->vain++;
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
