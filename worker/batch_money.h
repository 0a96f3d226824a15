// What the parts of a batch may cost: chosen so that it fits what is left, booked before a part is created,
// and taken up again with a part of before.
#ifndef RATION_BATCH_MONEY_H
#define RATION_BATCH_MONEY_H

#include "batch.h"

// What a row of so many bytes may cost at most, in nano-dollars.
uint64_t batch_money_row(const struct batch *batch, uint64_t bytes);
// Whether a row of that artist, of such a cost, may be chosen beside all that are chosen already. False:
// batch->poor is set.
bool batch_money_fits(struct batch *batch, uint32_t artist, uint64_t cost);
// It was chosen for that part.
void batch_money_choose(struct batch_part *part, uint64_t cost);
// The part is about to be created. False: not now.
bool batch_money_book(struct batch_part *part);
// The parts of before are open: what their rows may cost is booked again.
void batch_money_adopt(struct batch *batch);
// The share of a row that ends, and that it is its settlement's now.
uint64_t batch_money_share(const struct batch_part *part);
void batch_money_give(struct batch_part *part, uint64_t share);
// What is left of it is over: nothing was asked; or nobody knows whether it was billed.
void batch_money_release(struct batch_part *part);
void batch_money_doubt(struct batch_part *part);

#endif
