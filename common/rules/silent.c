#include "ration/silent.h"

#include "ration/arithmetic.h"
#include "ration/clock.h"
#include "rules/silent_places.h"
#include "rules/silent_rate.h"
#include "rules/silent_solve.h"

#include <math.h>

#define SECOND ((double)CLOCK_SECOND)
#define START_REQUESTS 256U   // departures at the very beginning come ever sooner one after the other
#define STEP_REQUESTS 10U     // of fewer departures the mean says little
#define STEP_FAST 200U        // a step is a second at most, and where departures are many so many of them
#define IDLE (100 * CLOCK_MS) // so late, it is not the pace that holds requests up
#define GROWTH_FIRST 0.005    // a step, where the limit is known
#define GROWTH_FASTER 0.17    // and by so much more with each step
#define GROWTH_AGAIN (SILENT_RATE_FAST / 8) // a second, beyond a rate that was refused once
#define GROWTH_BELOW 0.15         // a second, while the pace is far below what was kept to for long,
#define BELOW 0.7                 // namely so far,
#define QUIET_BELOW 30U           // after so many departures
#define FIRST_RATE 2.0            // a second, where not even a burst tells more
#define LONG_ROUND 150U           // departures without a refusal: from then on it grows twice as much faster
#define SLACK 4.0                 // of what the bucket may hold a quarter leaves at once after a rest,
#define LATE 2.0                  // and half is made good of what is late
#define QUIET_KNOWN UINT64_C(150) // departures, with what an earlier run found

// What the bucket may hold, without what was refilled while that was counted.
static double holds(const struct silent *silent) {
    double rate = silent_rate_of(silent->found > 0 ? silent->found : silent->gap);
    double ramp = (double)silent->burst_ramp / SECOND;
    return silent->burst <= 1 ? 1 : 1 + silent_solve_burst((double)silent->burst - 1, ramp, rate);
}

static uint64_t rest_slack(const struct silent *silent) {
    return silent->searching != 0 ? 0 : (uint64_t)(holds(silent) / SLACK) * silent->gap;
}

uint64_t silent_slack(const struct silent *silent) {
    return (uint64_t)((holds(silent) - 1) / LATE * (double)silent->gap);
}

uint64_t silent_earliest(const struct silent *silent, uint64_t in_flight, uint64_t now, uint64_t again) {
    if (silent->form == SILENT_PLACES) {
        return in_flight < silent->places + silent->tried || again < now ? now : again;
    }
    return silent->paced > now ? silent->paced : now;
}

// At the very beginning each departure comes sooner after the one before: so a bucket that is empty by then
// has refused few when the first refusal comes back.
static bool starts(const struct silent *silent, uint64_t mark) {
    return silent->gentle != 0 && silent->form == SILENT_NONE && mark < silent->begun_mark + START_REQUESTS;
}

static void checkpoint(struct silent *silent, uint64_t at, uint64_t mark) {
    uint64_t least = silent->form == SILENT_NONE ? 1 : STEP_REQUESTS;
    if (at >= silent->step[1] + SILENT_RATE_STEP && mark >= silent->step_mark[1] + least) {
        silent->step[0] = silent->step[1];
        silent->step_mark[0] = silent->step_mark[1];
        silent->step[1] = at;
        silent->step_mark[1] = mark;
    }
}

static void begin_round(struct silent *silent, uint64_t at, uint64_t mark) {
    if (silent->bursting !=
        0) { // what was refused has been heard of by now, and what was not to leave is cancelled
        uint64_t taken = silent_rate_count(silent->burst_mark, mark);
        silent->burst = taken > silent->bursting ? taken - silent->bursting : 1;
        silent->bursting = 0;
        // The first refusal that is heard of need not be the first that left.
        silent->alike_at = arithmetic_least(silent->alike_at, silent->burst);
        silent->gap = silent_rate_gap(fmax((double)silent->burst, FIRST_RATE));
        silent->alike = 1;
    }
    silent->over = 0;
    silent->begun_gap = silent->gap;
    silent->grown_at = silent->searching != 0 ? at : 0;
    silent->begun = at;
    silent->begun_mark = mark;
    silent->step[0] = silent->step[1] = at;
    silent->step_mark[0] = silent->step_mark[1] = mark;
}

// By how much the pace grows in a second: little at first, where the limit is known, and faster as long as
// nothing is refused.
static void grow_faster(struct silent *silent, uint64_t at, uint64_t mark, double time) {
    const double most = SILENT_RATE_FAST * (double)SILENT_WHOLE;
    double gap = (double)silent->gap;
    double step = fmax(gap * STEP_REQUESTS, fmin(SECOND, gap * STEP_FAST)); // nanoseconds
    double faster = mark > silent->begun_mark + LONG_ROUND ? 2 * GROWTH_FASTER : GROWTH_FASTER;
    double first =
        silent->balanced > 0 ? (double)silent->balanced : GROWTH_FIRST * SECOND / step * (double)SILENT_WHOLE;
    double growth = silent->growth > 0 ? (double)silent->growth * (1 + faster * time / step) : first;
    silent->grown_at = silent->growth == 0 ? at : silent->grown_at;
    silent->growth = (uint64_t)fmin(growth, most) + 1;
}

// Far below what was kept to for long.
static bool is_below(const struct silent *silent, uint64_t at, uint64_t mark) {
    return silent->searching == 0 && silent->best > 0 &&
           silent_rate_of(silent->gap) < BELOW * silent_rate_of(silent->best) && at >= silent->quiet_until &&
           mark >= silent->begun_mark + QUIET_BELOW;
}

static void grow(struct silent *silent, uint64_t at, uint64_t mark) {
    uint64_t before = silent->paced - arithmetic_least(silent->paced, silent->gap);
    double time = (double)arithmetic_least(at - arithmetic_least(at, before), 2 * silent->gap);
    if (is_below(silent, at, mark)) {
        silent->grown_at = silent->growth == 0 ? at : silent->grown_at;
        silent->growth = silent_rate_words(GROWTH_BELOW);
    } else if (silent->searching == 0 && (at < silent->quiet_until || mark < silent->quiet_mark)) {
        silent->growth = 0;
        return;
    } else if (silent->searching == 0) {
        if (silent->growth == silent_rate_words(GROWTH_BELOW)) { // it is no more
            silent->growth = 0;
        }
        grow_faster(silent, at, mark, time);
    } else if (silent->top > 0 && silent->gap < silent->top) {
        silent->top = 0;
        silent->growth = arithmetic_most(silent->growth, silent_rate_words(GROWTH_AGAIN));
    }
    double factor = 1 + silent_rate_share(silent->growth) * time / SECOND;
    silent->gap = silent_rate_gap(silent_rate_of(silent->gap) * factor);
}

bool silent_minds(const struct silent *silent, uint64_t at, uint64_t mark) {
    return silent->form != SILENT_NONE || silent->begun == 0 || starts(silent, mark) ||
           at >= silent->step[1] + SILENT_RATE_STEP;
}

void silent_take(struct silent *silent, uint64_t at, uint64_t mark, uint64_t in_flight) {
    bool alone = silent->form == SILENT_NONE && silent->refusals == 0 && in_flight == 0 &&
                 mark == silent->begun_mark + 1;
    if (silent->begun == 0 || alone) {
        begin_round(silent, at, mark);
    }
    silent->over += silent->alike > 0 && in_flight >= silent->alike_at ? 1 : 0;
    checkpoint(silent, at, mark);
    if (silent->form == SILENT_PLACES) {
        silent_places_grow(silent, at, mark, in_flight);
    }
    if (starts(silent, mark)) {
        silent->paced =
            arithmetic_sum(at, SILENT_RATE_RAMP / (silent_rate_count(silent->begun_mark, mark) + 1));
    }
    if (silent->form != SILENT_RATE) {
        return;
    }
    // Where others than the pace hold requests up, it says nothing of the limit.
    if (at <= silent->paced + 2 * silent->gap + IDLE) {
        grow(silent, at, mark);
    }
    uint64_t least = at - arithmetic_least(at, rest_slack(silent));
    silent->paced = arithmetic_sum(arithmetic_most(silent->paced, least), silent->gap);
}

// ---- kept over restarts ----

void silent_begin(struct silent *silent, const struct silent_known *known) {
    *silent = (struct silent){.form = known->form, .margin = SILENT_RATE_MARGIN};
    silent->refusals = known->form != SILENT_NONE;
    silent->burst = known->burst;
    if (known->form == SILENT_RATE) {
        silent->found = known->gap;
        silent->gap =
            silent_rate_gap(silent_rate_of(known->gap) * (1 - silent_rate_share(SILENT_RATE_MARGIN)));
        silent->quiet_mark = QUIET_KNOWN;
    } else if (known->form == SILENT_PLACES) {
        silent->places = arithmetic_most(known->places, 1);
        silent->quiet_mark = QUIET_KNOWN;
    }
}

struct silent_known silent_known(const struct silent *silent) {
    if (silent->form == SILENT_RATE && silent->found > 0) {
        return (struct silent_known){SILENT_RATE, silent->found, (uint64_t)holds(silent), 0};
    }
    if (silent->form == SILENT_PLACES) {
        return (struct silent_known){SILENT_PLACES, 0, 0, silent->places};
    }
    return (struct silent_known){0};
}
