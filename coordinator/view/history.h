// What a plot of the whole run shows: a fixed number of points. When they are full, each two become one,
// which stands for twice the time. Pure.
#ifndef RATION_HISTORY_H
#define RATION_HISTORY_H

#include "view/rates.h"

#include <stdint.h>

struct history {
    struct snapshot_history shown;
    struct rates_point from; // where the next point begins
};

void history_begin(struct history *history, const struct rates_point *point);

// Adds a point when its time has come. `use`: of the limit that is used most, in percent; below 0: not known.
void history_add(struct history *history, const struct rates_point *point, uint64_t wall, double use);

#endif
