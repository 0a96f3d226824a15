// Answers that were paid for and cannot be appended any more, because somebody else has changed the output:
// they go to the rescue file, of which every process of the run has a descriptor, opened O_APPEND.
#ifndef RATION_OUTPUT_RESCUE_H
#define RATION_OUTPUT_RESCUE_H

#include "ration/output.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Worker: saves whole lines. `orphaned`: no coordinator will do more, so what was committed is saved first if
// the output was deleted. 0; ETIMEDOUT: `deadline` passed; or an errno: perhaps a part was written. ENODEV:
// the run has no rescue file.
int output_rescue(struct output *output, uint32_t slot, bool orphaned, const char *text, size_t length,
                  uint64_t deadline);

// Copies the first `length` bytes, or as many as there are. 0 or an errno.
int output_rescue_copy(int from, uint64_t length, int to);

#endif
