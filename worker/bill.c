#include "bill.h"

#include <stddef.h>

// At most half of what a word holds, so that a sum of two stays one.
#define MOST (UINT64_MAX / 2)

struct bill bill_of(const struct bill_attempt *attempt) {
    bool told = attempt->tokens.input + attempt->tokens.output > 0;
    if (attempt->price == NULL) {
        return (struct bill){0};
    }
    if (attempt->unsent) {
        return (struct bill){.known = true};
    }
    if (!told) {
        return (struct bill){.known = attempt->refused};
    }
    if (!attempt->believed) {
        return (struct bill){0};
    }
    uint64_t cost = price_cost(attempt->price, attempt->way, &attempt->tokens);
    return (struct bill){.known = true, .cost = cost < MOST ? cost : MOST};
}
