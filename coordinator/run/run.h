// `ration run`, from options to exit status.
#ifndef RATION_RUN_H
#define RATION_RUN_H

#include "config/options.h"

// An exit_code.
int run(const struct options *options);

#endif
