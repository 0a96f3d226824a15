// The parts of a batch that are with an API, as their journal beside the output has them: ".OUTPUT.batches",
// mode 0600. The worker writes it; here it is looked at before a run and after it.
#ifndef RATION_BATCH_PARTS_H
#define RATION_BATCH_PARTS_H

#include <stdbool.h>
#include <stdint.h>

// malloc'ed, NULL when out of memory. Absolute where the folder can be found.
char *batch_parts_path(const char *output);

struct batch_parts_left {
    uint32_t parts;
    uint64_t rows;
    uint64_t until; // seconds since 1970: when the last of them ends; 0: not known
};

// 0 also when there is no journal; -1 after telling: it cannot be read.
int batch_parts_look(const char *output, struct batch_parts_left *left);

// Before a run: what is with an API is neither asked again nor forgotten. `resume`, `batch`: as the run was
// told; `made`: by it, just now. A journal beside the output whose own output is not there is told of; it is
// in the way only where this output may be that one, moved. 0, or -1 after telling what to do.
int batch_parts_check(const char *output, bool resume, bool batch, bool made);

// After a run that has finished: a journal with nothing open is removed.
void batch_parts_end(const char *output);

#endif
