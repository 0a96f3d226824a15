// All that must be found in order before a run sends its first request. Whatever can fail without a change to
// files is done before anything is changed.
#ifndef RATION_RUN_PREPARE_H
#define RATION_RUN_PREPARE_H

#include "run/run_state.h"

#include <stdbool.h>

// How it went; but for READY that was told, and run_release() then leaves no new file behind.
enum run_prepared {
    RUN_PREPARED_READY,   // the supervising loop may begin
    RUN_PREPARED_WRONG,   // options, configuration or input
    RUN_PREPARED_STOPPED, // by a signal; nothing was sent
    RUN_PREPARED_CANNOT,  // go on, or begin
};

// `bar`: a progress bar is drawn between log lines.
enum run_prepared run_prepare(struct run *run, bool bar);

// In the opposite order of its making.
void run_release(struct run *run);

#endif
