// `ration top`: the state of a run, live, on the whole terminal. Reads the arena and /proc alone, so that it
// works when the coordinator hangs; only a key that changes the run asks it.
#ifndef RATION_TOP_H
#define RATION_TOP_H

// `run_name` as in run_list.h, or NULL. Until q, Ctrl-C, or the end of the run. Returns the exit status, a
// client_exit.
int top(const char *run_name);

#endif
