#include "crew/stop.h"

#include "ration/clock.h"
#include "ration/log.h"
#include "view/totals.h"

#include <signal.h>

void stop_begin(struct stop *stop, struct crew *crew, enum stop_end end) {
    // Whoever asks when every artist has a verdict comes too late to make it a stop before the end.
    if ((!stop->stopping || end == STOP_CANNOT) && end > stop->end) {
        stop->end = end;
    }
    if (stop->stopping) {
        return;
    }
    stop->stopping = crew->stopping = true;
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        crew_drain(crew, slot);
    }
}

static void kill_all(const struct crew *crew) {
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        if (crew->worker[slot].phase == CREW_LIVE) {
            (void)kill(crew->worker[slot].pid, SIGKILL);
        }
    }
}

// Who sends a signal to a process and to its group (timeout -s INT), or through two ways at once, asks once.
#define SAME_REQUEST (500 * CLOCK_MS)

void stop_signalled(struct stop *stop, struct crew *crew, const char *name, uint64_t now) {
    if (!stop->asked) {
        stop->asked_at = now;
    } else if (now - stop->asked_at < SAME_REQUEST) {
        return;
    }
    stop_asked(stop, crew, name);
}

void stop_asked(struct stop *stop, struct crew *crew, const char *who) {
    struct totals totals;
    if (stop->asked) {
        log_warn("run", "%s again: stopping at once", who);
        kill_all(crew);
        return;
    }
    stop->asked = true;
    totals_take(crew->arena, clock_now(), &totals);
    log_info("run", "%s: finishing what is in flight (%u requests); again to stop at once", who,
             totals.in_flight);
    stop_begin(stop, crew, STOP_ASKED);
}
