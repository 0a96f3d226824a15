#include "crew/stop.h"

#include "crew/crew.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "ration/slot.h"

#include <signal.h>

bool stop_begun(const struct crew *crew) {
    return crew->stop.begun;
}

bool stop_before_end(const struct crew *crew) {
    return crew->stop.begun && crew->stop.end != STOP_FINISHED;
}

// Nobody waits for a disk any more.
static void leave(struct crew *crew) {
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        slot_set_command(crew->arena, slot, SLOT_LEAVE);
        crew_ring(crew, slot);
    }
}

void stop_begin(struct crew *crew, enum stop_end end) {
    struct stop *stop = &crew->stop;
    // Whoever asks when every artist has a verdict comes too late to make it a stop before the end.
    if ((!stop->begun || end == STOP_CANNOT) && end > stop->end) {
        stop->end = end;
    }
    if (!stop->begun) {
        stop->begun = true;
        for (uint32_t slot = 0; slot < crew->size; slot++) {
            crew_drain(crew, slot);
        }
    }
    if (end != STOP_FINISHED) {
        leave(crew);
    }
}

void stop_undo(struct crew *crew) {
    struct stop *stop = &crew->stop;
    if (stop->asked) { // it came too late only while every artist had a verdict
        stop->end = stop->end > STOP_ASKED ? stop->end : STOP_ASKED;
    } else {
        stop->begun = false;
    }
}

static void kill_all(const struct crew *crew) {
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        if (crew_phase_has_process(crew->worker[slot].phase)) {
            (void)kill(crew->worker[slot].pid, SIGKILL);
        }
    }
}

// Who sends a signal to a process and to its group (timeout -s INT), or through two ways at once, asks once.
#define SAME_REQUEST (500 * CLOCK_MS)

void stop_signalled(struct crew *crew, const char *name, uint64_t now) {
    struct stop *stop = &crew->stop;
    if (!stop->asked) {
        stop->asked_at = now;
    } else if (now - stop->asked_at < SAME_REQUEST) {
        if (!stop->early) {
            log_info("run", "%s again within half a second counts as the same; again to stop at once", name);
        }
        stop->early = true;
        return;
    }
    stop_asked(crew, name);
}

void stop_asked(struct crew *crew, const char *who) {
    struct stop *stop = &crew->stop;
    if (stop->asked) {
        log_warn("run", "%s again: stopping at once", who);
        crew->stop.again = true;
        kill_all(crew);
        return;
    }
    stop->asked = true;
    if (crew->settings != NULL && crew->settings->batch) {
        log_info("run",
                 "%s: what is with the batch API stays there; again, after half a second, to stop at once",
                 who);
    } else {
        log_info("run",
                 "%s: finishing what is in flight (%u requests); again, after half a second, to stop at once",
                 who, crew_in_flight(crew));
    }
    stop_begin(crew, STOP_ASKED);
}
