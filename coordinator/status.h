// `ration status`: the state of a run, once. Reads the arena and /proc alone, so that it works when the coordinator hangs.
#ifndef RATION_STATUS_H
#define RATION_STATUS_H

#include <stdbool.h>

// `run_name` as in run_list.h, or NULL. Prints to stdout; returns the exit status, a client_exit.
int status(const char *run_name, bool json);

#endif
