#include "sim_batch_fault.h"

#include "sim_chance.h"

const char *sim_batch_fault_name(enum batch_fault f) {
    static const char *const names[] = {
#define BATCH_FAULT_NAME(id, name, help) name,
        BATCH_FAULTS(BATCH_FAULT_NAME)
#undef BATCH_FAULT_NAME
    };

    return names[f];
}

bool sim_batch_fault_happens(struct batch_faults *b, enum batch_fault f, uint64_t lot, double share,
                             uint64_t most) {
    if (!(share > 0) || b->happened[f] >= most)
        return false;
    if (sim_chance_draw(lot, (enum chance_use)(CHANCE_OF_BATCH + (int)f)) >= share)
        return false;
    b->happened[f]++;
    return true;
}
