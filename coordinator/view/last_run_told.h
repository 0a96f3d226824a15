// The record of a run that is over, as it is told.
#ifndef RATION_LAST_RUN_TOLD_H
#define RATION_LAST_RUN_TOLD_H

#include "control/last_runs.h"
#include "output/batch_list.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>

// The record as it is to be told: brought up to date from the arena of a run that was killed, if that is
// still there.
struct last_run_told {
    const char *output; // where it is now
    struct last_run run;
    enum last_run_state state;
    bool output_gone, output_other; // nothing stands there, or another file
    char seen[CLOCK_RFC3339_SIZE];  // the last sign of life
    struct batch_list batches;      // what is with a batch API
};
void last_run_told_take(const struct last_runs_one *one, struct last_run_told *told);

// How to go on, for a shell, with the folder where it matters; "" where nothing is left to do or the command
// is not known.
void last_run_told_command(const struct last_run_told *told, char *out, size_t size);

// How it is, as a sentence; then all of it.
void last_run_told_state(const struct last_run_told *told, FILE *out);
void last_run_told_text(const struct last_run_told *told, FILE *out);
// The same members as of a run at work, as far as they are known; freed by cJSON_free.
char *last_run_told_json(const struct last_run_told *told);

#endif
