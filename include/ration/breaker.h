// The circuit breaker of a session: after so many failures in a row nothing is sent for a while, then one request as a probe. Pure.
#ifndef RATION_BREAKER_H
#define RATION_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN };

struct breaker {
    uint64_t state;    // enum breaker_state
    uint64_t failures; // in a row
    uint64_t until;    // OPEN: monotonic
    uint64_t opened;   // how often so far
};

struct breaker_config {
    uint64_t threshold; // failures in a row that open it; 0: there is no breaker
    uint64_t timeout;   // nanoseconds
};

// When a request may leave; CLOCK_NEVER: not before the probe has come back.
uint64_t breaker_earliest(const struct breaker *breaker, uint64_t now);

// A request leaves: true when it is the probe.
bool breaker_leaves(struct breaker *breaker);

// One came back, with `in_flight` others still out. Of requests that left together many may fail together: it takes a quarter of them.
void breaker_succeeded(struct breaker *breaker);
void breaker_failed(struct breaker *breaker, const struct breaker_config *config, bool probe,
                    uint64_t in_flight, uint64_t now);
// The probe was lost, or came back with nothing to learn from it.
void breaker_probe_lost(struct breaker *breaker, uint64_t now);

// "closed", "open", "half_open"
const char *breaker_state_name(enum breaker_state state);

#endif
