// The input of a run: opened, checked as a whole, and found to have what the prompt asks for.
#ifndef RATION_RUN_INPUT_H
#define RATION_RUN_INPUT_H

#include "config/options.h"
#include "input/id_table.h"
#include "input/input_index.h"
#include "input/input_open.h"
#include "ration/settings.h"

// Fills all but `options`, which the caller frees; in `settings` the format and the columns. 0, or -1 after
// telling or after a signal (signals_caught()).
int run_input_take(const struct options *options, struct settings *settings, struct input_open *input,
                   struct input_index *index, struct id_table **ids);

#endif
