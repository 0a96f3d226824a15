// Gives ranges to workers: a range and one in reserve for each, suspects alone, and near the end half of the
// largest remainder to whoever has nothing.
#ifndef RATION_ASSIGN_H
#define RATION_ASSIGN_H

#include "crew/crew.h"

// One pass over all live workers. false: out of memory.
bool assign_orders(struct crew *crew);

// Forgets ranges that are finished, so that the lists stay short; when the output guard is busy, the next
// time.
bool assign_sweep(struct crew *crew);

// Takes everything unclaimed back from a worker that is to drain. false: out of memory.
bool assign_withdraw(struct crew *crew, uint32_t slot);

#endif
