#include "ration/range.h"

// Guided self-scheduling: each order takes an equal part of half of what is left.
uint32_t range_portion(uint32_t left, uint32_t workers, uint32_t in_flight) {
    uint32_t least = in_flight > 64 ? in_flight : 64;
    uint32_t most = least > 4096 / 4 ? least * 4 : 4096;
    uint32_t portion = left / (2 * (workers > 0 ? workers : 1));
    if (portion > most) {
        return most;
    }
    return portion > 0 ? portion : 1;
}
