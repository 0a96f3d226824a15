// Looking into the arena of a run at work, without any change to it.
#ifndef RATION_RUN_ATTACH_H
#define RATION_RUN_ATTACH_H

#include "control/run_info.h"
#include "ration/arena.h"

// The run that `name` means, which may be NULL (see run_list.h): its arena, mapped read-only, and what it
// tells of itself. NULL after telling on stderr; *status is then the exit status, a client_exit.
struct arena *run_attach(const char *name, struct run_info *info, int *status);

#endif
