// The input of a sample: a copy of its records, in a file without a name.
#ifndef RATION_SAMPLE_COPY_H
#define RATION_SAMPLE_COPY_H

#include "input/input_index.h"
#include "input/input_open.h"

#include <stdint.h>

// So many of the artists of the input, which was checked, take its place. 0, or -1 after telling.
int sample_copy_make(struct input_open *input, const struct input_index *index, uint32_t wanted);

#endif
