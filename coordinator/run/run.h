// `ration run`, from options to exit status.
#ifndef RATION_RUN_H
#define RATION_RUN_H

#include "config/options.h"

enum run_exit {
    RUN_ALL_DONE = 0,
    RUN_SOME_FAILED = 1,
    RUN_WRONG = 2,   // options, configuration or input; nothing was sent
    RUN_STOPPED = 3, // resumable
    RUN_CANNOT = 4,  // resumable
};

int run(const struct options *options);

#endif
