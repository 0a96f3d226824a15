// What a person sees while the run works: a bar on the last line of a terminal, or a plain line now and then.
#ifndef RATION_PROGRESS_H
#define RATION_PROGRESS_H

#include "options.h"
#include "totals.h"

#include <stdbool.h>
#include <stdint.h>

#define PROGRESS_SAMPLES 64U

struct progress {
    enum options_progress mode; // never AUTO
    uint64_t started;
    uint64_t shown;
    // verdicts over the last seconds, for the rate
    uint64_t at[PROGRESS_SAMPLES];
    uint64_t count[PROGRESS_SAMPLES];
    unsigned samples;
};

// Decides AUTO: a bar when stderr is a terminal.
void progress_start(struct progress *progress, enum options_progress mode, bool quiet, uint64_t now);

// Shows the state if it is time; `force` for the last one.
void progress_show(struct progress *progress, const struct totals *totals, uint32_t workers, uint64_t now,
                   bool force);

// Leaves the terminal's cursor on a line of its own.
void progress_end(struct progress *progress);

#endif
