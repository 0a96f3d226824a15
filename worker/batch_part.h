// A part as it fills, its lines in the journal, and its end.
#ifndef RATION_BATCH_PART_H
#define RATION_BATCH_PART_H

#include "batch.h"

// Where its rows say that they go; also NULL, or "": see batch_line_row().
const char *batch_part_path(const struct batch *batch);
// The row in batch->data joins the part that fills.
enum batch_part_room {
    BATCH_PART_TAKEN,
    BATCH_PART_FULL,   // all parts are in use, or the money or the day's quota is used up: see batch_aside.h
    BATCH_PART_FAILED, // told, and the worker ends
};
enum batch_part_room batch_part_add(struct batch *batch);
// The row in batch->data into that file. False: told, and the worker ends.
bool batch_part_keep(struct batch *batch, struct batch_spool *spool);
// A part takes rows, or is free to.
bool batch_part_free_one(const struct batch *batch);
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
