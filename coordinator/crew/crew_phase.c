#include "crew/crew_phase.h"

#include "ration/log.h"

#define NEVER CREW_PHASES

// clang-format off
static const enum crew_phase phase_after[CREW_PHASES][CREW_EVENTS] = {
    //                 SPAWN      DRAIN          HANG       REAP       FREE        CLEAR
    [CREW_ABSENT]   = {CREW_LIVE, CREW_ABSENT,   NEVER,     NEVER,     NEVER,      NEVER},
    [CREW_LIVE]     = {NEVER,     CREW_DRAINING, CREW_HUNG, CREW_DEAD, NEVER,      NEVER},
    [CREW_DRAINING] = {NEVER,     CREW_DRAINING, CREW_HUNG, CREW_DEAD, NEVER,      NEVER},
    [CREW_HUNG]     = {NEVER,     CREW_HUNG,     NEVER,     CREW_DEAD, NEVER,      NEVER},
    [CREW_DEAD]     = {NEVER,     CREW_DEAD,     NEVER,     NEVER,     CREW_FREED, NEVER},
    [CREW_FREED]    = {NEVER,     CREW_FREED,    NEVER,     NEVER,     NEVER,      CREW_ABSENT},
};

static const char *const names[CREW_PHASES] = {
    [CREW_ABSENT] = "absent", [CREW_LIVE] = "live", [CREW_DRAINING] = "draining",
    [CREW_HUNG] = "hung",     [CREW_DEAD] = "dead", [CREW_FREED] = "freed",
};

static const char *const events[CREW_EVENTS] = {
    [CREW_SPAWN] = "spawned", [CREW_DRAIN] = "drained", [CREW_HANG] = "killed for hanging",
    [CREW_REAP] = "reaped",   [CREW_FREE] = "freed",    [CREW_CLEAR] = "cleared",
};
// clang-format on

enum crew_phase crew_phase_after(enum crew_phase phase, enum crew_event event) {
    return phase < CREW_PHASES && event < CREW_EVENTS ? phase_after[phase][event] : NEVER;
}

static const char *phase_name(enum crew_phase phase) {
    return phase < CREW_PHASES ? names[phase] : "in no phase";
}

void crew_phase_change(enum crew_phase *phase, enum crew_event event) {
    enum crew_phase next = crew_phase_after(*phase, event);
    if (next == NEVER) {
        log_panic("a worker that is %s is %s", phase_name(*phase),
                  event < CREW_EVENTS ? events[event] : "told nonsense");
    }
    *phase = next;
}

bool crew_phase_has_process(enum crew_phase phase) {
    return phase == CREW_LIVE || phase == CREW_DRAINING || phase == CREW_HUNG;
}

bool crew_phase_is_left(enum crew_phase phase) {
    return phase == CREW_DEAD || phase == CREW_FREED;
}
