// The output of a run: opened and locked, and brought into the state in which an earlier run should have left
// it.
#ifndef RATION_RUN_OUTPUT_H
#define RATION_RUN_OUTPUT_H

#include "output/last_run.h"
#include "run/run_state.h"

#include <stdbool.h>

// Opens run->files and reads what stands in them into run->resume; changes nothing. Takes run->ids. 0, or -1
// after telling, or after a signal (signals_caught()).
int run_output_take(struct run *run);

// From here on files change: takes what the arena of a killed run tells of requests in doubt, and puts it
// aside; mends the files. Fills run->arena_name, and who is in doubt. 0, or -1 after telling.
int run_output_repair(struct run *run);

// A record beside the output is of this very one. Where nobody says that this run goes on with it, it must be
// the very file.
bool run_output_is_of(const struct run *run, const struct last_run *last);

#endif
