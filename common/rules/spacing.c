#include "rules/spacing.h"

#include "ration/arithmetic.h"

struct spacing spacing_leave(uint64_t full_at, uint64_t gap, uint64_t slack, uint64_t now) {
    uint64_t earliest = arithmetic_less(full_at, slack);
    if (now < earliest) {
        return (struct spacing){.again = earliest, .full_at = full_at};
    }
    return (struct spacing){.leaves = true,
                            .full_at = arithmetic_sum(arithmetic_most(full_at, now), gap),
                            .lost = arithmetic_less(now, full_at)};
}

uint64_t spacing_emptied(uint64_t full_at, uint64_t slack, uint64_t now) {
    return arithmetic_most(full_at, arithmetic_sum(now, slack));
}

// Only the time in which it was late held up others.
uint64_t spacing_shift(uint64_t shifted, uint64_t lost, uint64_t departs, uint64_t now) {
    return arithmetic_sum(shifted, arithmetic_least(lost, arithmetic_less(now, departs)));
}
