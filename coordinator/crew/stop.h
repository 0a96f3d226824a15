// Ending a run: gently, then at once. The state is the crew's own, and there is no other: who wants to know
// whether the run is stopping asks stop_begun().
#ifndef RATION_STOP_H
#define RATION_STOP_H

#include <stdbool.h>
#include <stdint.h>

struct crew;

// How a run ended, the worst last.
enum stop_end {
    STOP_FINISHED, // every artist has a verdict
    STOP_ASKED,    // by a signal or a command; resumable
    STOP_CANNOT,   // keys refused, disk, crash loop, changed input: told; resumable
};

// Begins as {0}. Only stop.c writes it.
struct stop {
    bool begun;        // all workers drain; no artist is given to anybody any more
    bool asked;        // by someone: the second time kills
    bool again;        // it was the second time
    uint64_t asked_at; // by the first signal; monotonic nanoseconds
    bool early;        // a second one came too early to count, and that was told
    enum stop_end end; // the worst so far
};

// Drains all workers; the worst end counts.
void stop_begin(struct crew *crew, enum stop_end end);

// The run has begun to stop.
bool stop_begun(const struct crew *crew);

// Likewise, and not because it has finished: what is given back now is asked by a later run, or by none.
bool stop_before_end(const struct crew *crew);

// The last verdict was rolled back with the death of its worker: a run that had finished goes on, unless
// someone has asked meanwhile: it then ends before its end.
void stop_undo(struct crew *crew);

// Someone asked: drains, and kills at the second time. `who` is for the log.
void stop_asked(struct crew *crew, const char *who);

// Likewise, by a signal. Repetitions within half a second of the first count as one, and that is told.
void stop_signalled(struct crew *crew, const char *name, uint64_t now);

#endif
