// `ration status` for a run that is over: from the record beside its output.
#ifndef RATION_LAST_RUN_TELL_H
#define RATION_LAST_RUN_TELL_H

#include <stdbool.h>

// Tells the run that is meant, and names others. -1: none is known, and nothing was told; else the exit
// status.
int last_run_tell(const char *name, bool json);

// On stderr: the run that is over and that `name` means, and how to go on with it. False: none is known.
bool last_run_tell_way_on(const char *name);

#endif
