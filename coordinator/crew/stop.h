// Ending a run: gently, then at once.
#ifndef RATION_STOP_H
#define RATION_STOP_H

#include "crew/crew.h"

#include <stdbool.h>
#include <stdint.h>

// How a run ended, the worst last.
enum stop_end {
    STOP_FINISHED, // every artist has a verdict
    STOP_ASKED,    // by a signal or a command; resumable
    STOP_CANNOT,   // keys refused, disk, crash loop, changed input: told; resumable
};

struct stop {
    bool stopping;     // all workers drain
    bool asked;        // by someone: the second time kills
    uint64_t asked_at; // by the first signal; monotonic
    enum stop_end end;
};

// Drains all workers; the worst end counts.
void stop_begin(struct stop *stop, struct crew *crew, enum stop_end end);

// Someone asked: drains, and kills at the second time. `who` is for the log.
void stop_asked(struct stop *stop, struct crew *crew, const char *who);

// Likewise, by a signal, of which repetitions within half a second of the first count as one.
void stop_signalled(struct stop *stop, struct crew *crew, const char *name, uint64_t now);

#endif
