#include "reach.h"

#include "intake.h"
#include "ration/clock.h"

#define EARLY (25 * CLOCK_MS) // before its time, so that it can be booked by then

// All sessions are held for refusals. *due: when the next probe may leave; CLOCK_NEVER: one is under way.
static bool all_held(const struct worker *worker, uint64_t now, uint64_t *due) {
    bool any = false;
    *due = CLOCK_NEVER;
    for (uint32_t session = 0; session < arena_sessions(worker->arena); session++) {
        struct ledger_blame look;
        ledger_blame_look(worker->arena, session, now, &look);
        if (!look.disabled && !look.held) {
            return false;
        }
        any = any || !look.disabled;
        *due = !look.disabled && look.probe_at < *due ? look.probe_at : *due;
    }
    return any;
}

void reach_run(struct worker *worker, uint64_t now) {
    const struct artist *first = worker->ready.first;
    bool asides = worker->aside.count > 0 && now >= worker->aside_at;
    if (!asides || worker->alone || worker->departures.count > 0 || (first != NULL && first->far) ||
        worker->draining || worker->disk_wait || worker->closed) {
        return;
    }
    uint64_t due;
    bool held = all_held(worker, now, &due);
    bool alone = !held && intake_full(worker, now) && transfer_count(worker->transfers) == 0;
    if (alone || (held && due <= now + EARLY)) {
        (void)intake_far(worker);
    }
}
