// What is stepped: each scene is one transaction, or one recovery, with what must have happened before.
#ifndef CRASH_SCENES_H
#define CRASH_SCENES_H

#include "stage.h"
#include "steps.h"

struct scene {
    const char *name;
    enum guard_id guard;
    bool coordinator;                     // its victim is the coordinator, not a worker
    bool surplus;                         // a surplus token lies in the guard
    void (*prepare)(struct stage *stage); // or NULL
    steps_body *victim;                   // context: the stage
};

extern const struct scene scenes[];
extern const size_t scene_count;

// Slot 1, which wants the guards while the victim stands still: one transaction of each. 0, or 1.
int scene_sleeper(void *stage);
// Slot 1, when somebody else has changed the output: its line must be refused. 0, or 1.
int scene_refused(void *stage);
// Likewise when the coordinator is dead: the output guard, the ledger guard, as far as they can be had. Bits
// of enum below.
int scene_orphan_tries(void *stage); // a moment
int scene_orphan_waits(void *stage); // until it has both
enum { SCENE_HAD_OUTPUT = 1, SCENE_HAD_LEDGER = 2 };

#endif
