#include "crew/restart.h"

#include "crew/assign.h"
#include "ration/log.h"
#include "ration/slot.h"

_Static_assert(BOUNDS_SLOTS <= 64, "one bit for each slot");

void restart_begin(struct restart *restart) {
    *restart = (struct restart){.current = RESTART_NOBODY};
}

void restart_one(struct restart *restart, uint32_t slot) {
    restart->due |= 1ULL << slot;
}

void restart_all(struct restart *restart, const struct crew *crew) {
    for (uint32_t slot = 0; slot < crew->wanted; slot++) {
        restart_one(restart, slot);
    }
    restart->several = true;
}

// Its successor works, or it is no longer wanted.
static bool is_through(const struct crew *crew, uint32_t slot) {
    const struct crew_worker *worker = &crew->worker[slot];
    struct slot_report report;
    if (slot >= crew->wanted) {
        return true;
    }
    if (worker->phase != CREW_LIVE) {
        return false;
    }
    slot_report(crew->arena, slot, &report);
    return report.state != SLOT_STARTING;
}

bool restart_step(struct restart *restart, struct crew *crew) {
    if (restart->current != RESTART_NOBODY) {
        if (!is_through(crew, restart->current)) {
            return true;
        }
        restart->current = RESTART_NOBODY;
    }
    while (restart->due != 0) {
        uint32_t slot = (uint32_t)__builtin_ctzll(restart->due);
        restart->due &= restart->due - 1;
        if (slot >= crew->wanted) {
            continue;
        }
        restart->current = slot;
        if (crew->worker[slot].phase != CREW_LIVE) {
            return true; // it is on its way out, or in: that will do
        }
        crew_drain(crew, slot);
        return assign_withdraw(crew, slot);
    }
    if (restart->several) {
        restart->several = false;
        log_info("control", "all workers were restarted");
    }
    return true;
}
