// The latest requests of a slot, for people who look: which artist, since when, what came of it. Bounded: the
// SLOT_REQUESTS that began last, and the SLOT_REQUESTS that ended last. Single-writer atomics without a
// guard, so it is gossip; nothing is decided from it.
#ifndef RATION_SLOT_REQUESTS_H
#define RATION_SLOT_REQUESTS_H

#include "ration/arena.h"
#include "ration/slot.h"

#include <stdint.h>

#define SLOT_REQUESTS 32U

struct slot_request {
    uint32_t artist;
    uint32_t session;
    uint64_t began;             // monotonic nanoseconds
    uint64_t ended;             // likewise; 0: it is under way
    enum outcome_class outcome; // once it ended
    uint32_t status;            // HTTP status; 0: no whole answer came
};

// Worker: a request leaves. Returns a ticket for its end.
uint64_t slot_request_begin(struct arena *arena, uint32_t slot, uint32_t artist, uint32_t session,
                            uint64_t now);
// Worker: it ended.
void slot_request_end(struct arena *arena, uint32_t slot, uint64_t ticket,
                      const struct slot_request *request);

// Worker: it never left after all.
void slot_request_drop(struct arena *arena, uint32_t slot, uint64_t ticket);

// Coordinator, after reaping: nothing is under way there any more.
void slot_requests_clear(struct arena *arena, uint32_t slot);

// Anyone: those under way among the latest that began, and those that ended last; newest first. Returns how
// many.
uint32_t slot_requests_under_way(const struct arena *arena, uint32_t slot,
                                 struct slot_request out[SLOT_REQUESTS]);
uint32_t slot_requests_ended(const struct arena *arena, uint32_t slot,
                             struct slot_request out[SLOT_REQUESTS]);

#endif
