#include "crew/watchdog.h"

#include "ration/clock.h"
#include "ration/guard.h"
#include "ration/log.h"
#include "ration/slot.h"

#include <signal.h>

// If the coordinator itself was stopped (Ctrl-Z, a debugger), its workers may have been as well: that time is
// not theirs.
#define LONGEST_TICK (250 * CLOCK_MS)

static void kill_worker(struct crew *crew, uint32_t slot, const char *why) {
    struct crew_worker *worker = &crew->worker[slot];
    log_warn("worker", "W%02u (pid %d) %s for %.1f s; it is killed", slot + 1, (int)worker->pid, why,
             (double)crew->hang_timeout / (double)CLOCK_SECOND);
    crew_phase_change(&worker->phase, CREW_HANG);
    (void)kill(worker->pid, SIGKILL); // not reaped yet, so the pid is still its own
}

void watchdog_tick(struct crew *crew, uint64_t elapsed) {
    int owner[GUARDS];
    for (int id = 0; id < GUARDS; id++) {
        owner[id] = guard_watch(crew->arena, (enum guard_id)id);
    }
    elapsed = elapsed < LONGEST_TICK ? elapsed : LONGEST_TICK;
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        struct crew_worker *worker = &crew->worker[slot];
        struct slot_report report;
        if (worker->phase != CREW_LIVE && worker->phase != CREW_DRAINING) {
            continue;
        }
        slot_report(crew->arena, slot, &report);
        worker->silent = report.heartbeat == worker->heartbeat ? worker->silent + elapsed : 0;
        worker->heartbeat = report.heartbeat;
        bool owns = owner[GUARD_LEDGER] == (int)slot || owner[GUARD_OUTPUT] == (int)slot;
        worker->owning = owns ? worker->owning + elapsed : 0;
        if (worker->silent > crew->hang_timeout) {
            kill_worker(crew, slot, "showed no sign of life");
        } else if (worker->owning > crew->hang_timeout) {
            kill_worker(crew, slot, "held a guard");
        }
    }
}
