#include "rules/silent_balance.h"

#include "ration/arithmetic.h"
#include "rules/silent_rate.h"

#include <math.h>

#define SECOND ((double)CLOCK_SECOND)
#define POOL 100.0      // what was accepted before counts for no more,
#define POOL_SHORT 15.0 // and for so much less after each
#define VERY_SHORT 30.0 // round of fewer
#define SHORT_DEAR 45.0 // or of fewer, where a refusal has us wait: then
#define POOL_DEAR 40.0  // for so much less
#define POOL_LEAST 50U  // accepted, to tell a rate
#define RATE_LEAST 20.0 // a second: slower, each refusal is many in a hundred
#define FALL 0.01       // of the pace with a refusal, twice as much with each very short round,
#define DOUBLINGS 5U    // so many times at most
#define SHARE 0.005     // refused of all, with which it grows as much as it falls
#define WINDOW_FALL 0.8 // the least where a window must end
#define SURE 1000U      // accepted: so it is that rate
#define LONG 400U       // accepted: what that tells is believed as well, but for so much; half as many
#define RATE_FAST 200.0 // where a pace is slower
#define LONG_FALL 0.96
#define QUIET 10U      // departures
#define CROWD_LASTS 4U // rounds

void silent_balance_count(struct silent *silent, double limit, const struct silent_refusal *refusal) {
    double accepted = (double)silent_rate_count(silent->begun_mark, refusal->mark);
    double kept = (double)silent->pool, time = (double)silent->pool_time / SECOND;
    if (silent->empty_at == 0 || limit <= 0) {
        return;
    }
    bool few = accepted < SILENT_BALANCE_FEW;
    double rest = silent_rate_seconds(silent->empty_at, silent->begun);
    // Of a longer rest nothing is left: the bucket was full.
    rest = few ? rest : fmin(rest, fmax((double)silent->burst, 1) / limit);
    bool dear = silent->wait > 0 && silent_rate_then(silent, refusal) >= RATE_LEAST;
    silent->shorts = accepted < (dear ? SHORT_DEAR : VERY_SHORT) ? silent->shorts + 1 : 0;
    double less = (dear ? POOL_DEAR : POOL_SHORT) * (double)silent->shorts;
    double most = fmax(POOL - accepted - less, 0);
    if (kept > most) {
        time *= most / kept;
        kept = most;
    }
    time += silent_rate_seconds(silent->begun, refusal->departed) + rest + (double)silent->windowed / SECOND;
    silent->pool = (uint64_t)(kept + accepted + (few ? 0 : 0.5));
    silent->pool_time = (uint64_t)(time * SECOND);
}

double silent_balance_rate(const struct silent *silent) {
    bool enough = silent->pool >= POOL_LEAST && silent->pool_time > 0;
    return enough ? (double)silent->pool / (double)silent->pool_time * SECOND : 0;
}

void silent_balance_vain(struct silent *silent, const struct silent_refusal *refusal) {
    if (silent->empty_at > 0) {
        silent->windowed += arithmetic_less(refusal->departed, silent->empty_at);
    }
}

void silent_balance_crowd(struct silent *silent) {
    silent->crowds = ((CROWD_LASTS - 1) * silent->crowds + silent->crowd * SILENT_WHOLE) / CROWD_LASTS;
    silent->crowd = 1;
}

static double slower(const struct silent *silent, double pace) {
    double pooled = silent_balance_rate(silent);
    uint64_t times = silent->shorts > 1 ? arithmetic_least(silent->shorts - 1, DOUBLINGS) : 0;
    double less = (1 - FALL * (double)(UINT64_C(1) << times)) * pace;
    if (silent->windowed != 0 && pooled > 0) {
        return fmin(less, silent->pool >= SURE ? pooled : fmax(pooled, WINDOW_FALL * pace));
    }
    return fmax(less, fmin(pooled, (1 - FALL) * pace));
}

bool silent_balance(struct silent *silent, double limit, const struct silent_refusal *refusal) {
    double pace = silent_rate_then(silent, refusal);
    if (silent->searching != 0 || silent->wait > 0 || pace < RATE_LEAST) {
        silent->balanced = 0;
        silent->windowed = 0;
        return false;
    }
    bool lasted =
        silent_rate_count(silent->begun_mark, refusal->mark) >= (pace < RATE_FAST ? LONG / 2 : LONG);
    double least = lasted ? fmax(fmin(limit, pace), LONG_FALL * pace) : pace;
    pace = fmin(slower(silent, pace), least);
    silent->windowed = 0;
    silent->gap = silent_rate_gap(pace);
    silent->found = silent->gap;
    silent->agreed = silent->pool;
    // Where many are refused with one, it is to be refused the more seldom.
    double crowds = fmax(silent_rate_share(silent->crowds), 1);
    silent->balanced = silent_rate_words(FALL * SHARE * pace / crowds) + 1;
    silent->growth = 0;
    silent->quiet_until = 0;
    silent->quiet_mark = refusal->mark + QUIET;
    return true;
}
