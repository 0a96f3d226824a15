// The phases of a worker's slot, and what may happen in each: one table of phase and event, pure. What is not
// in it is a fault of ours. docs/ARCHITECTURE.md has the picture.
#ifndef RATION_CREW_PHASE_H
#define RATION_CREW_PHASE_H

#include <stdbool.h>

enum crew_phase {
    CREW_ABSENT,   // no process, and nothing left of one
    CREW_LIVE,     // its process works, and takes orders
    CREW_DRAINING, // it was told to end: it finishes what is in flight
    CREW_HUNG,     // it gave no sign of life, or no guard back: SIGKILL was sent
    CREW_DEAD,     // it was reaped; the guards that it may own are still to be freed
    CREW_FREED,    // they are free; its bookings and artists are still to be taken back
    CREW_PHASES    // of crew_phase_after(): that event cannot be
};

enum crew_event {
    CREW_SPAWN, // a process was made
    CREW_DRAIN, // it is told to end; in some phases that changes nothing
    CREW_HANG,  // the watchdog kills it
    CREW_REAP,  // waitpid() returned it
    CREW_FREE,  // its guards are free
    CREW_CLEAR, // nothing is left of it
    CREW_EVENTS
};

// The phase that follows, or CREW_PHASES.
enum crew_phase crew_phase_after(enum crew_phase phase, enum crew_event event);

// The one way to change a phase. Panics where the event cannot be.
void crew_phase_change(enum crew_phase *phase, enum crew_event event);

// The slot has a process that was not reaped: it may be killed, rung, and asked for what it has not claimed.
bool crew_phase_has_process(enum crew_phase phase);
// The slot has something of a dead process to be taken back.
bool crew_phase_is_left(enum crew_phase phase);

#endif
