#include "rules/silent_solve.h"

#include <math.h>

#define HALVINGS 40
#define BURST_LEAST 0.05

static double least(double a, double b) {
    return a < b ? a : b;
}

double silent_solve_burst(double burst, double ramp, double rate) {
    double before = rate * ramp;
    if (before <= 0) {
        return burst;
    }
    double rest = before < burst ? burst - before * (1 + log(burst / before)) : 0;
    return rest > BURST_LEAST ? rest : BURST_LEAST;
}

// What the bucket holds when the round ends, if it refills so fast: it began with what it refilled since it
// was empty, and never holds more than its burst. What overflows is lost.
static double level_at_end(const struct silent_round *round, double rate) {
    double burst = silent_solve_burst(round->burst, round->ramp, rate);
    double level = round->rest < 0 ? burst : least(burst, rate * round->rest);
    if (round->growing <= 0 || round->last <= round->first) {
        return level + rate * (round->even + round->growing) - round->accepted;
    }
    level = least(burst, level + (rate - round->first) * round->even);
    double growth = log(round->last / round->first) / round->growing;
    if (rate > round->first) { // it refills faster than it is used, until the pace has grown to it
        double time = log(rate / round->first) / growth;
        level = least(burst, level + rate * time - (rate - round->first) / growth);
        return level + rate * (round->growing - time) - (round->last - rate) / growth;
    }
    return level + rate * round->growing - (round->last - round->first) / growth;
}

double silent_solve(const struct silent_round *round) {
    double low = 0, high = round->last;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2;
        if (level_at_end(round, middle) < 0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}
