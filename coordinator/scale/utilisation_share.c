#include "scale/utilisation_share.h"

#include "ration/dimension.h"

#define WHOLE 1e6
#define MOST 1e15

static uint64_t millionths(double share) {
    return (uint64_t)(share < MOST / WHOLE ? share * WHOLE + 0.5 : MOST);
}

bool utilisation_share_spread(uint64_t window) {
    return window <= DIMENSION_PACED_MOST;
}

uint64_t utilisation_share_pace(uint64_t limit, uint64_t window, uint64_t taken, uint64_t elapsed) {
    elapsed = elapsed > UTILISATION_SHARE_LEAST ? elapsed : UTILISATION_SHARE_LEAST;
    return millionths((double)taken / ((double)limit * ((double)elapsed / (double)window)));
}

uint64_t utilisation_share_gone(uint64_t limit, uint64_t remaining) {
    return millionths(remaining < limit ? (double)(limit - remaining) / (double)limit : 0);
}
