// Restarting workers one after another: each drains, and the next one follows only when its successor works,
// so that no request is lost and the run never stands still.
#ifndef RATION_RESTART_H
#define RATION_RESTART_H

#include "crew/crew.h"

#include <stdbool.h>
#include <stdint.h>

#define RESTART_NOBODY BOUNDS_SLOTS

struct restart {
    uint64_t due;     // bit s: slot s is to be restarted
    uint32_t current; // slot that is being restarted, or RESTART_NOBODY
    bool several;     // the end is worth a word
};

void restart_begin(struct restart *restart);

// Asks for it; what is asked for already stays.
void restart_one(struct restart *restart, uint32_t slot);
void restart_all(struct restart *restart, const struct crew *crew);

// One step, in each round. false: out of memory.
bool restart_step(struct restart *restart, struct crew *crew);

#endif
