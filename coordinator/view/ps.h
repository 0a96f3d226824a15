// The table of `ration ps`: one line a worker.
#ifndef RATION_PS_H
#define RATION_PS_H

#include "view/run_status.h"

// To stdout.
void ps_print(const struct run_status *status);

#endif
