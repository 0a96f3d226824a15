// The runs that are over, by the records beside their outputs: which of them a command means.
#ifndef RATION_LAST_RUNS_H
#define RATION_LAST_RUNS_H

#include "output/last_run.h"

#include <stddef.h>

#define LAST_RUNS_MOST 20U

// For a run that begins: its output, absolute, is remembered in the place of its folder, where the latest
// ones are kept. What goes wrong is nothing worse than a run that is not found by its id.
void last_runs_remember(const char *output);

struct last_runs {
    size_t count;
    struct last_runs_one {
        char output[PATH_MAX]; // where it is now
        struct last_run run;
    } * one;
};

// Those that `name` means: an output, or a run id or its beginning; NULL: all that are known, of the current
// folder and those that are remembered. The latest first. 0, or -1 when out of memory.
int last_runs_find(const char *name, struct last_runs *runs);
void last_runs_free(struct last_runs *runs);

#endif
