// `ration ps`: what a run's workers do. Reads the arena and /proc alone, so that it works when the
// coordinator hangs.
#ifndef RATION_PS_H
#define RATION_PS_H

// `run_name` as in run_list.h, or NULL. Prints to stdout; returns the exit status, a client_exit.
int ps(const char *run_name);

#endif
