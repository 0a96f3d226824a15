// A part as it fills, its lines in the journal, and its end.
#ifndef RATION_BATCH_PART_H
#define RATION_BATCH_PART_H

#include "batch.h"

// The row in batch->data joins the part that fills. False: there is no room now; try again later. A failure
// is told, and the worker ends.
bool batch_part_add(struct batch *batch, uint32_t spare);
// It fills no more: it is to be uploaded.
void batch_part_close(struct batch_part *part);
// The part comes to this state: noted in the journal, on the disk. False: told, and the worker ends.
bool batch_part_note(struct batch_part *part, enum batch_state state);
void batch_part_step(struct batch_part *part, enum batch_step step, uint64_t wait);
void batch_part_free(struct batch_part *part);
// A distance that grows with the tries, with jitter.
uint64_t batch_part_wait(const struct batch_part *part, uint64_t first, uint64_t most);
bool batch_part_held(const struct batch *batch, uint32_t artist);
void batch_part_hold(struct batch *batch, uint32_t artist, bool hold);

#endif
