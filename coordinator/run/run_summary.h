// The file of --summary: written at the end of a run, however it ended.
#ifndef RATION_RUN_SUMMARY_H
#define RATION_RUN_SUMMARY_H

#include "config/options.h"
#include "run/run_state.h"

#include <stdbool.h>

// It is printed on standard output, in the place of the text.
bool run_summary_printed(const struct options *options);

// Nothing without --summary. `look`: of the end, with run->summary and the status that was published; NULL:
// the run never began.
void run_summary_write(const struct run *run, int exit_status, const struct snapshot *look);

#endif
