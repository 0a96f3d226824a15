#include "ration/dimension.h"

#include "ration/clock.h"
#include "rules/dimension_mirror.h"

#define BURST (100 * CLOCK_MS) // what may leave at once after a rest: the share of so much of the window
// What was booked beyond the true need comes back at settlement: so many bookings find room at once where the
// mirror guards the limit, or it would be lost.
#define SETTLED_AT_ONCE 8U
// The end of a fixed window is told in seconds, and waiting for the last of them takes time: it is made good
// by going so much faster.
#define FIXED_LOST (1200 * CLOCK_MS)
#define JITTER_RESERVE (200 * CLOCK_MS)
#define OTHERS_RESERVE (500 * CLOCK_MS) // and as long as answers are old
#define RIVALS_ENOUGH 3U
#define GRANT_AGAIN (100 * CLOCK_MS) // who waits for a grant is rung when one comes

static uint64_t share_of(uint64_t limit, uint64_t time, uint64_t window) {
    return dimension_mirror_share(limit, time, window);
}

bool dimension_paced(const struct dimension *dimension) {
    return dimension->window <= DIMENSION_PACED_MOST;
}

uint64_t dimension_limit(const struct dimension *dimension) {
    if (dimension->told == 0 || (dimension->heard != 0 && dimension->heard < dimension->told)) {
        return dimension->heard;
    }
    return dimension->told;
}

static uint64_t burst_of(const struct dimension *dimension, uint64_t limit) {
    uint64_t burst = dimension->burst > 0 ? dimension->burst : share_of(limit, BURST, dimension->window);
    if (dimension->mirror == DIMENSION_REFILL && dimension->unit != DIMENSION_REQUESTS) {
        burst += SETTLED_AT_ONCE * (dimension->size / 16);
    }
    if (dimension->mirror == DIMENSION_REFILL && burst > dimension->high / 2) {
        return dimension->high / 2;
    }
    return burst;
}

// Units a window that we leave to others: none as long as there is enough for all.
static uint64_t left_to_others(const struct dimension *dimension, uint64_t limit, uint64_t at) {
    uint64_t others = dimension->others_pace;
    if (others == 0) {
        return 0;
    }
    int64_t level = dimension_mirror_level(dimension, limit, at);
    if (dimension->mirror == DIMENSION_FIXED) {
        uint64_t rest = dimension->ends > at ? dimension->ends - at : 0;
        return level >= (int64_t)share_of(limit + others, rest, dimension->window) ? 0 : others;
    }
    int64_t quarter = (int64_t)(dimension->high / 4) + 1;
    level -= quarter;
    return level >= quarter ? 0
           : level <= 0     ? others
                            : others - share_of(others, (uint64_t)level, (uint64_t)quarter);
}

static struct bucket pace_of(const struct dimension *dimension, uint64_t limit, uint64_t at) {
    uint64_t others = left_to_others(dimension, limit, at);
    if (dimension->mirror == DIMENSION_FIXED) {
        limit += share_of(limit, FIXED_LOST, dimension->window);
    }
    uint64_t most = others < limit ? limit - others : 1;
    uint64_t burst = burst_of(dimension, limit);
    burst = burst < most ? burst : most;
    return (struct bucket){.limit = most,
                           .window = dimension->window,
                           .capacity = burst > 0 ? burst : 1,
                           .full_at = dimension->paced};
}

// A bucket that never holds more than a second's worth says nothing of who else spends: the pace is all that
// is needed.
static bool watched(const struct dimension *dimension, uint64_t limit) {
    return !dimension_paced(dimension) || dimension->high >= share_of(limit, CLOCK_SECOND, dimension->window);
}

// What must be left untouched: of a day's quota the share that is not ours, else what the mirror may be wrong
// by, and what others may take before we hear of it.
static uint64_t kept_back(const struct dimension *dimension, uint64_t limit, uint64_t share) {
    if (!dimension_paced(dimension)) {
        return limit - share_of(limit, share, 1000000);
    }
    uint64_t others = share_of(dimension->others_pace, OTHERS_RESERVE + dimension->lag, dimension->window);
    others = others < limit / 4 ? others : limit / 4;
    if (dimension->mirror != DIMENSION_REFILL) {
        return others;
    }
    uint64_t jitter = share_of(limit, JITTER_RESERVE, dimension->window) + 2 * (dimension->size / 16);
    return others + (jitter < dimension->high / 4 ? jitter : dimension->high / 4);
}

uint64_t dimension_earliest(const struct dimension *dimension, uint64_t units, uint64_t share, uint64_t now) {
    uint64_t limit = dimension_limit(dimension);
    uint64_t at = now;
    if (dimension->metered != 0 && dimension_stock(dimension) < (int64_t)units) {
        at = now + GRANT_AGAIN;
    }
    if (limit == 0) {
        return at;
    }
    if (dimension_paced(dimension)) {
        struct bucket pace = pace_of(dimension, limit, at);
        at = bucket_earliest(&pace, units, at);
    }
    uint64_t need = units + kept_back(dimension, limit, share);
    need = need < limit ? need : limit;
    if (dimension->mirror == DIMENSION_REFILL && watched(dimension, limit)) {
        struct bucket mirror = dimension_mirror_bucket(dimension, limit);
        at = bucket_earliest(&mirror, need, at);
    } else if (dimension->mirror == DIMENSION_FIXED) {
        at = at > dimension->begins ? at : dimension->begins;
        at = dimension->left < (int64_t)need && dimension->ends > at ? dimension->ends : at;
    }
    return at;
}

// A fixed window that has ended comes back whole, and the next one ends a window later until an answer says
// better.
static void renew(struct dimension *dimension, uint64_t limit, uint64_t at) {
    int64_t level = dimension_mirror_level(dimension, limit, at);
    if (dimension->mirror == DIMENSION_BLIND && !dimension_paced(dimension) && dimension->told > 0) {
        dimension_mirror_set(dimension, DIMENSION_FIXED, limit, level, (int64_t)limit, at);
        dimension->ends = at + dimension->window;
    }
    if (dimension->mirror == DIMENSION_FIXED && at >= dimension->ends) {
        dimension_mirror_set(dimension, DIMENSION_FIXED, limit, level, (int64_t)limit, at);
        bool next = at - dimension->ends < dimension->window;
        dimension->begins = next ? dimension->ends : at;
        dimension->ends = dimension->begins + dimension->window;
    }
}

static uint64_t not_after(uint64_t full, uint64_t most, uint64_t before) {
    most = most > before ? most : before;
    return full < most ? full : most;
}

static void take(struct dimension *dimension, uint64_t units, uint64_t at, uint64_t longest) {
    uint64_t limit = dimension_limit(dimension);
    units = units < DIMENSION_AMOUNT_MOST ? units : DIMENSION_AMOUNT_MOST;
    if (limit != 0) {
        renew(dimension, limit, at);
    }
    dimension->taken += units;
    if (limit == 0) {
        return;
    }
    uint64_t most = at < CLOCK_NEVER - longest ? at + longest : CLOCK_NEVER;
    struct bucket pace = pace_of(dimension, limit, at);
    dimension->paced = not_after(bucket_take(&pace, units, at), most, dimension->paced);
    if (dimension->mirror == DIMENSION_REFILL) {
        struct bucket mirror = dimension_mirror_bucket(dimension, limit);
        dimension->full = not_after(bucket_take(&mirror, units, at), most, dimension->full);
    } else if (dimension->mirror == DIMENSION_FIXED) {
        dimension->left -= (int64_t)units;
    }
}

void dimension_take(struct dimension *dimension, uint64_t units, uint64_t at) {
    uint64_t believed = units < DIMENSION_AMOUNT_MOST / 16 ? units : DIMENSION_AMOUNT_MOST / 16;
    dimension->size =
        dimension->size == 0 ? believed * 16 : dimension->size - dimension->size / 16 + believed;
    take(dimension, units, at, CLOCK_NEVER);
}

void dimension_charge(struct dimension *dimension, uint64_t units, uint64_t at) {
    take(dimension, units, at, CLOCK_DAY);
}

void dimension_refund(struct dimension *dimension, uint64_t units) {
    uint64_t limit = dimension_limit(dimension);
    units = units < DIMENSION_AMOUNT_MOST ? units : DIMENSION_AMOUNT_MOST;
    dimension->taken -= units;
    // Where requests are booked with far more than they use, nearly all comes back: what had to go to the
    // fleet and be granted anew would lie idle most of the time.
    if (dimension->metered != 0 && dimension_stock(dimension) > dimension->known) {
        dimension->granted = dimension->taken + (uint64_t)dimension->known;
    }
    if (limit == 0) {
        return;
    }
    struct bucket pace = pace_of(dimension, limit, dimension->paced);
    dimension->paced = bucket_refund(&pace, units);
    if (dimension->mirror == DIMENSION_REFILL) {
        struct bucket mirror = dimension_mirror_bucket(dimension, limit);
        dimension->full = bucket_refund(&mirror, units);
    } else if (dimension->mirror == DIMENSION_FIXED) {
        int64_t left = dimension->left + (int64_t)units;
        dimension->left = left < (int64_t)limit ? left : (int64_t)limit;
    }
}

// Far from 0, which may stand for none.
uint64_t dimension_mark(const struct dimension *dimension, uint64_t at) {
    int64_t level = dimension_mirror_level(dimension, dimension_limit(dimension), at);
    return (uint64_t)level - (uint64_t)dimension->shifted + DIMENSION_MARK_ZERO;
}

void dimension_restart(struct dimension *dimension, uint64_t window, uint64_t now) {
    int64_t before = dimension_mirror_level(dimension, dimension_limit(dimension), now);
    struct dimension fresh = {.unit = dimension->unit,
                              .window = window,
                              .taken = dimension->taken,
                              .shifted = dimension->shifted,
                              .metered = dimension->metered,
                              .granted = dimension->granted,
                              .known = dimension->known};
    dimension_mirror_set(&fresh, DIMENSION_BLIND, 0, before, 0, now);
    *dimension = fresh;
}

void dimension_forget(struct dimension *dimension, uint64_t now) {
    uint64_t told = dimension->told, burst = dimension->burst, size = dimension->size;
    dimension_restart(dimension, dimension->window, now);
    dimension->told = told;
    dimension->burst = burst;
    dimension->size = size;
    dimension->paced = now;
}

void dimension_give_back(struct dimension *dimension, uint64_t units) {
    uint64_t paced_until = dimension->paced;
    dimension_refund(dimension, units);
    dimension->paced = paced_until;
}

void dimension_meter(struct dimension *dimension) {
    dimension->metered = 1;
    dimension->granted = dimension->taken;
    dimension->known = 0;
}

bool dimension_known(struct dimension *dimension) {
    int64_t before = dimension->known;
    dimension->known = dimension_stock(dimension);
    return dimension->known != before;
}

void dimension_grant(struct dimension *dimension, uint64_t units) {
    dimension->granted += units;
    dimension->known += (int64_t)units;
}

int64_t dimension_stock(const struct dimension *dimension) {
    return (int64_t)(dimension->granted - dimension->taken);
}

bool dimension_rival(struct dimension *dimension, uint64_t window) {
    if (window == 0 || window == dimension->window) {
        dimension->rivals = 0;
        return false;
    }
    dimension->rivals = window == dimension->window_rival ? dimension->rivals + 1 : 1;
    dimension->window_rival = window;
    return dimension->rivals >= RIVALS_ENOUGH;
}

uint64_t dimension_level(const struct dimension *dimension, uint64_t now) {
    uint64_t limit = dimension_limit(dimension);
    if (limit == 0 || !dimension_paced(dimension)) {
        return limit;
    }
    struct bucket pace = pace_of(dimension, limit, now);
    return bucket_level(&pace, now);
}

uint64_t dimension_remaining(const struct dimension *dimension, uint64_t now) {
    uint64_t limit = dimension_limit(dimension);
    if (limit == 0 || dimension->mirror == DIMENSION_BLIND ||
        (dimension->mirror == DIMENSION_FIXED && now >= dimension->ends)) {
        return limit;
    }
    int64_t level = dimension_mirror_level(dimension, limit, now);
    level = level > 0 ? level : 0;
    return (uint64_t)level < limit ? (uint64_t)level : limit;
}
