// The lines of a part's results, as they stand in its file.
#ifndef RATION_BATCH_READING_H
#define RATION_BATCH_READING_H

#include "batch.h"
#include "exchange/batch_id.h"

// A line of any length: what is beyond that of an answer is not kept, but looked at for whose it is.
struct batch_reading {
    uint64_t next; // where the one behind it begins
    bool large;
    struct batch_id id;
};

// The longest line that is kept, in bytes.
uint64_t batch_reading_most(const struct batch_part *part);
// The line at part->read_at: its text, unless it is too large, into batch->line. 0 or an errno.
int batch_reading_line(struct batch_part *part, struct batch_reading *line);

#endif
