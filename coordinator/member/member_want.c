#include "member/member_want.h"

#include "ration/arithmetic.h"
#include "ration/clock.h"

static uint64_t per_second(uint64_t units, uint64_t time) {
    wide thousandths = time > 0 ? (wide)units * 1000 * CLOCK_SECOND / time : 0;
    return thousandths < UINT64_MAX / 1024 ? (uint64_t)thousandths : UINT64_MAX / 1024;
}

struct member_want member_want(const struct member_want_facts *facts) {
    struct member_want want = {0};
    if (!facts->works) {
        return want;
    }
    uint64_t all = per_second(facts->limit, facts->window);
    uint64_t used = per_second(facts->taken, facts->elapsed);
    uint64_t size = facts->size > 0 ? facts->size : 1;
    bool is_short = facts->elapsed == 0 || facts->short_of > 0;
    want.want = is_short ? all : used + used / 2 + size * 4000;
    want.want = want.want < all ? want.want : all;
    want.want = want.want > 0 ? want.want : 1;
    // More than a window's worth is never had at once.
    want.least = !facts->soon ? 0 : facts->short_of < facts->limit ? facts->short_of : facts->limit;
    return want;
}
