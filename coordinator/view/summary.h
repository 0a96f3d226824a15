// What a run tells at its end, on standard output.
#ifndef RATION_SUMMARY_H
#define RATION_SUMMARY_H

#include "crew/crew.h"
#include "view/totals.h"

struct summary {
    const char *output_name, *errors_name;
    const char *how_it_ended; // "finished", "stopped by a signal; go on with --resume", …
    uint32_t before;          // verdicts of earlier runs
    uint64_t in_doubt;        // requests sent, perhaps billed, no answer recorded
    uint64_t elapsed;         // nanoseconds
};

void summary_print(const struct summary *summary, const struct crew *crew, const struct totals *totals);

#endif
