#include "member/member_want.h"

#include "ration/arithmetic.h"
#include "ration/clock.h"

#define MOST_DOUBLED 20U // a request that is larger than others is found after so many ticks at the latest

static uint64_t per_second(uint64_t units, uint64_t time) {
    wide thousandths = time > 0 ? (wide)units * 1000 * CLOCK_SECOND / time : 0;
    return thousandths < UINT64_MAX / 1024 ? (uint64_t)thousandths : UINT64_MAX / 1024;
}

// What was left is little of what it takes: more would have left.
static bool is_short(const struct member_want_facts *facts) {
    return facts->elapsed == 0 || facts->stock < (int64_t)facts->size ||
           facts->stock < (int64_t)(facts->taken / 4);
}

struct member_want member_want(const struct member_want_facts *facts) {
    struct member_want want = {0};
    if (!facts->works) {
        return want;
    }
    uint64_t all = per_second(facts->limit, facts->window);
    uint64_t used = per_second(facts->taken, facts->elapsed);
    uint64_t size = facts->size > 0 ? facts->size : 1;
    want.want = is_short(facts) || facts->idle > 0 ? all : used + used / 2 + size * 4000;
    want.want = want.want < all ? want.want : all;
    want.want = want.want > 0 ? want.want : 1;
    uint32_t doubled = facts->idle < MOST_DOUBLED ? facts->idle : MOST_DOUBLED;
    uint64_t least = size << doubled;
    // More than a window's worth is never needed at once.
    want.least = !facts->soon ? 0 : least < facts->limit ? least : facts->limit;
    return want;
}
