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

#define PORTION_MOST (UINT64_MAX / 16384) // a second's, so that sums over machines stay within a word

// What is short doubles, so that many requests may be under way after a few ticks; what is not used any more
// shrinks to nothing, so that nothing lies idle.
struct member_want_portion member_want_budget(const struct member_want_budget *facts) {
    struct member_want_portion portion = {0};
    if (!facts->works) {
        return portion;
    }
    uint64_t used = per_second(facts->taken, facts->elapsed) / 1000;
    used = used < PORTION_MOST ? used : PORTION_MOST;
    uint64_t size = facts->size < PORTION_MOST ? facts->size : PORTION_MOST;
    uint64_t before = facts->before < PORTION_MOST ? facts->before : PORTION_MOST;
    portion.want = used > 0 ? used + used / 2 + 4 * size : 0;
    portion.want = portion.want > before / 4 * 3 ? portion.want : before / 4 * 3;
    if (facts->short_of > 0) {
        uint64_t more = 2 * before > 4 * size ? 2 * before : 4 * size;
        portion.want = portion.want > more ? portion.want : more;
    }
    portion.want = portion.want < PORTION_MOST ? portion.want : PORTION_MOST;
    portion.least = facts->short_of;
    return portion;
}

#define BEGUN_OF_WORKER 8U // artists at least

// A second's worth beside what is in flight, told each half of it. While nothing is known of the pace what is
// under way doubles.
uint64_t member_want_begun(const struct member_want_work *work) {
    uint64_t ahead = work->pace > 0 ? work->pace : work->in_flight;
    uint64_t least = (uint64_t)work->workers * BEGUN_OF_WORKER;
    uint64_t ready = work->begun > work->in_flight ? work->begun - work->in_flight : 0;
    ahead = ahead > least ? ahead : least;
    return ready <= ahead / 2 ? ahead - ready : 0;
}
