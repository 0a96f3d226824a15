#include "scale/allowed_rate.h"

#include "ration/clock.h"

#define REQUESTS_ENOUGH 5U

// Units that a request takes; 0: not known.
static double units_each(const struct ledger_state *state, const struct ledger_dimension *dimension) {
    uint64_t requests = state->spent_requests + state->booked_requests;
    int64_t taken = (int64_t)dimension->taken;
    if (dimension->unit == DIMENSION_REQUESTS) {
        return 1;
    }
    return requests >= REQUESTS_ENOUGH && taken > 0 ? (double)taken / (double)requests : 0;
}

double allowed_rate(const struct ledger_state *state) {
    double least = 0;
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        const struct ledger_dimension *dimension = &state->dimension[i];
        if (dimension->unit == DIMENSION_NONE || dimension->limit == 0 || dimension->window == 0 ||
            dimension->window > DIMENSION_PACED_MOST) {
            continue;
        }
        double each = units_each(state, dimension);
        double window = (double)dimension->window / (double)CLOCK_SECOND;
        double rate = each > 0 ? (double)dimension->limit / window / each : 0;
        if (rate > 0 && (least <= 0 || rate < least)) {
            least = rate;
        }
    }
    return least;
}
