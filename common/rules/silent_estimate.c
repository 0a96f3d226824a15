#include "rules/silent_estimate.h"

#include "ration/arithmetic.h"
#include "rules/silent_balance.h"
#include "rules/silent_rate.h"
#include "rules/silent_solve.h"

#include <math.h>

#define SHORT 100U // accepted before a refusal: more often than one in a hundred
#define LONG 400U
#define MARGIN_LEAST (SILENT_WHOLE / 100)
#define MARGIN_MOST (SILENT_WHOLE / 3)
#define MARGIN_MORE (SILENT_WHOLE / 200)
#define KEPT 0.998         // of what was found, where a refusal says little
#define SLOW 3.0           // a second: so slow
#define KEPT_SLOW 0.96     // so much of it is kept,
#define FEW_MORE 1.1       // and what may still be more than was accepted
#define DOUBT_ACCEPTED 3.0 // how wrong so many more or less accepted make a rate
#define SURE 0.12          // known so well it is kept to,
#define DEARER 0.04        // and less well, where a refusal costs so many seconds
#define DOUBT_MOST 0.5
#define FALL_MOST 3.0  // no single refusal makes a pace slower by more
#define RISE_LEAST 1.5 // and it is searched up to so much more
#define BEST_KEPT 0.85 // of the best that was known, after each refusal
#define FEW_COME 100.0 // a second, or fewer
#define LATER 1.04     // refused at so much more than was found
#define GROSSLY 1.25   // or so, where a refusal costs much
#define BURST_LEAST 0.05
#define BELIEVED_LESS 8.0
#define MISTAKEN 1.1      // by so much a burst may be mistaken,
#define FIRST_FEW 3U      // in so many refusals,
#define FIRST_FEW_FAST 5U // or so many, where one more is little:
#define FAST 20.0         // a second

static uint64_t accepted_by(const struct silent *silent, const struct silent_refusal *refusal) {
    return silent_rate_count(silent->begun_mark, refusal->mark);
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
        .last = silent_rate_then(silent, refusal),
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

// Whether what is known is kept to, nearly. A refusal that costs a wait, after many that were accepted at a
// pace that did not grow, is one that came too near to the last, because a machine stood still. Of fewer than
// a hundred the ones before count as well. At few a second what was found took minutes, and a refusal after a
// few that were accepted tells nearly nothing: it falls a little, and by the margin, which grows each time.
static bool keep(struct silent *silent, double limit, const struct silent_refusal *refusal) {
    uint64_t accepted = accepted_by(silent, refusal);
    double pooled = silent_balance_rate(silent);
    if (silent->searching != 0) {
        return false;
    }
    if (accepted >= LONG && silent->wait > 0 && silent->growth == 0 && silent->grown_at == 0) {
        silent_rate_settle(silent, fmax(limit, KEPT * silent_rate_of(silent->found)), 0, refusal);
        return true;
    }
    double found = silent_rate_of(silent->found);
    if (found < SLOW && (double)accepted * SURE < DOUBT_ACCEPTED) {
        silent_rate_settle(silent, fmin(fmax(limit, KEPT_SLOW * found), found), 0, refusal);
        return true;
    }
    if (accepted < SHORT && pooled > silent_rate_of(silent->gap) / 2) {
        silent->agreed = silent->pool;
        silent_rate_settle(silent, fmin(fmax(limit, pooled), silent_rate_of(silent->gap)),
                           DOUBT_ACCEPTED / (double)silent->pool, refusal);
        return true;
    }
    return false;
}

// Of a bucket that is nearly always empty, what is accepted is what it refills.
static double of_few(const struct silent *silent, double limit, uint64_t accepted) {
    bool few = accepted < SILENT_BALANCE_FEW && silent->pool >= 2 && silent->pool_time > 0;
    if (!few || (silent->wait == 0 && limit >= SLOW)) {
        return limit;
    }
    return fmin(limit, FEW_MORE * (double)silent->pool / (double)silent->pool_time * (double)CLOCK_SECOND);
}

void silent_estimate(struct silent *silent, const struct silent_refusal *refusal) {
    uint64_t accepted = accepted_by(silent, refusal);
    double limit = solve(silent, (double)silent->burst, refusal);
    silent_balance_count(silent, limit, refusal);
    limit = of_few(silent, limit, accepted);
    double pooled = silent_balance_rate(silent), pace = silent_rate_then(silent, refusal);
    // Where few come each refusal is many in a hundred: a pace that used up what was left over is none to
    // keep to.
    bool mean = pooled > 0 && pooled < FEW_COME;
    remember(silent, accepted, mean ? fmin(pooled, pace) : pace);
    if (silent_balance(silent, limit, refusal)) {
        return;
    }
    widen_margin(silent, accepted);
    doubt_burst(silent, &limit, refusal);
    if (keep(silent, limit, refusal)) {
        return;
    }
    bool fast = silent->growth >= silent_rate_words(SILENT_RATE_FAST / 2) || accepted < 4 * silent->burst;
    double burst_doubt = fast ? doubt_of_burst(silent, limit, refusal) : 0;
    uint64_t few = silent->wait == 0 && limit >= FAST ? FIRST_FEW_FAST : FIRST_FEW;
    double without = silent->refusals <= few ? solve(silent, 1, refusal) : 0;
    double doubt = agree(silent, &limit, accepted) + burst_doubt;
    bool mistaken = without > (cheap(silent, limit) ? MISTAKEN : GROSSLY) * limit;
    if (mistaken) {
        silent_rate_search(silent, fmax(limit, silent_rate_then(silent, refusal) / FALL_MOST), without);
    } else if (doubt < SURE + DEARER * (double)silent->wait / (double)CLOCK_SECOND) {
        silent_rate_settle(silent, limit, doubt, refusal);
    } else {
        doubt = fmin(doubt, DOUBT_MOST);
        double from = fmax(limit * (1 - doubt), silent_rate_then(silent, refusal) / FALL_MOST);
        silent_rate_search(silent, from, fmax(limit * (1 + doubt), RISE_LEAST * from));
    }
}
