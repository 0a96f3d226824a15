// What one more artist will cost where a cache of prompts is in use: by what those before it have cost, but
// for those that filled it. Pure; part of the forecast.
#ifndef RATION_FORECAST_SPEND_H
#define RATION_FORECAST_SPEND_H

#include <stdint.h>

// So far, by this run: artists that were asked and have a verdict, and what was spent, in nano-dollars.
struct forecast_spend_point {
    uint64_t artists, spent;
};

// All 0 at the beginning. `now` has fewer than twice the artists of `young`, and `young` at least twice those
// of `old`: at least half of all came after `old`.
struct forecast_spend {
    struct forecast_spend_point old, young, now;
};

// Neither figure ever falls; one that does is not taken.
void forecast_spend_add(struct forecast_spend *spend, struct forecast_spend_point now);

// Nano-dollars of one artist, of at least the last half of them: those at the beginning, which filled a cache
// of prompts, do not count; or what filling it cost, `filled`, where the beginning was over before anybody
// looked. 0: not known yet.
double forecast_spend_lately(const struct forecast_spend *spend, double filled);

#endif
