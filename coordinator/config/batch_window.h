// Within which time a batch API answers: what is asked of it, and after which time a part is cancelled that
// the API would let wait for ever. Pure.
#ifndef RATION_BATCH_WINDOW_H
#define RATION_BATCH_WINDOW_H

#include "ration/provider.h"

#include <stdbool.h>
#include <stdint.h>

struct batch_window {
    const char *asked; // in the API's words; lives as long as what was given
    uint32_t hours;    // likewise; 0: those words do not tell
    uint64_t patience; // seconds since its creation; 0: the API ends it
};

// "24h", "7d": up to a week; 0: it is none of these.
uint32_t batch_window_hours(const char *text);

// `given`: --batch-window, or NULL. `own_host`: it is the provider's own address, not one that is like it.
// NULL, or what is wrong.
const char *batch_window_make(const char *given, const struct provider *provider, bool own_host,
                              struct batch_window *out);

#endif
