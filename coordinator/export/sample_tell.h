// What a sample has shown: its answers, what it cost, and what the whole would cost.
#ifndef RATION_SAMPLE_TELL_H
#define RATION_SAMPLE_TELL_H

#include "ration/price.h"
#include "ration/snapshot.h"
#include "view/summary.h"

#include <stdint.h>

// As text, of a run that has ended; `fd`: of its output, read by offset. `rates`: by
// which a cache is filled and read. `whole`: artists of the input.
// malloc'ed, NULL when out of memory.
char *sample_tell(const struct summary *summary, const struct snapshot *look, const struct price_rates *rates,
                  int fd, uint32_t whole);

#endif
