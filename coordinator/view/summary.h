// What a run tells at its end, on standard output and in the log file.
#ifndef RATION_SUMMARY_H
#define RATION_SUMMARY_H

#include "crew/crew_look.h"
#include "plan/cost.h"
#include "ration/snapshot.h"
#include "view/summary_batches.h"

#include <stdbool.h>
#include <stdint.h>

struct summary {
    const char *output_name, *errors_name;
    const char *how_it_ended;       // "finished", "stopped by a signal; go on with --resume", …
    uint32_t before;                // verdicts of earlier runs
    uint64_t in_doubt;              // requests sent, perhaps billed, no answer recorded
    uint32_t undecided;             // of these, kept for the next --resume
    uint64_t elapsed;               // nanoseconds
    bool cache_asked;               // --cache-prompt was given
    struct summary_batches batches; // list NULL: it is no batch
    struct cost_spent cost;
    struct crew_look crew;
};

// As it is printed; malloc'ed, NULL when out of memory.
char *summary_text(const struct summary *summary, const struct snapshot *look);

// That text, to standard output. Where nobody takes it within seconds, it goes to the log file.
void summary_print(const char *text);

// Into the log file, as one event with its figures.
void summary_log(const struct summary *summary, const struct snapshot *look, int exit_status);

// Share of what the limits allowed in `elapsed` nanoseconds that was spent, of the dimension that was used
// most. Below 0 when there is no limit. Pure.
double summary_quota_share(const struct snapshot_sums *sums, uint64_t elapsed);

#endif
