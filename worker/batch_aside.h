// Rows that found no part, as all of them are in use, or as the money or the day's quota is used up: in a
// file without a name, like those of a part, until there is room for them. So whoever has a row to hand over
// never waits, and no part waits for another.
#ifndef RATION_BATCH_ASIDE_H
#define RATION_BATCH_ASIDE_H

#include "batch.h"

// The row in batch->data joins the part that fills, else it stands aside. False: told, and the worker ends.
bool batch_aside_join(struct batch *batch);
// Rows that stand aside join the part that fills, as many as find room in a few milliseconds. True: there is
// more to do at once.
bool batch_aside_run(struct batch *batch, uint64_t now);
// How many stand aside.
uint32_t batch_aside_rows(const struct batch *batch);

#endif
