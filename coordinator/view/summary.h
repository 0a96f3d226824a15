// What a run tells at its end, on standard output and in the log file.
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

// As it is printed; malloc'ed, NULL when out of memory.
char *summary_text(const struct summary *summary, const struct crew *crew, const struct totals *totals);

// That text, to standard output. Where nobody takes it within seconds, it goes to the log file.
void summary_print(const char *text);

// Into the log file, as one event with its figures.
void summary_log(const struct summary *summary, const struct totals *totals, int exit_status);

#endif
