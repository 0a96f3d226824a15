// The circuit breaker of a session: after so many failures in a row nothing is sent for a while, then one
// request as a probe. The first probe leaves after a second. Each that fails makes the next wait longer, but
// no longer than about an eighth of the outage so far, so that the end of it is soon noticed, and no longer
// than the timeout. Pure.
#ifndef RATION_BREAKER_H
#define RATION_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN };

// Why it opened.
enum breaker_cause { BREAKER_FAULTS, BREAKER_REFUSALS };

struct breaker {
    uint64_t state;    // enum breaker_state
    uint64_t failures; // in a row
    uint64_t until;    // OPEN: monotonic
    uint64_t opened;   // how often so far
    uint64_t since;    // when it opened last
    uint64_t probes;   // that have failed since
    uint64_t cause;    // enum breaker_cause of the last opening
};

struct breaker_config {
    uint64_t threshold; // failures in a row that open it; 0: they do not
    uint64_t timeout;   // nanoseconds: the longest time between two probes
};

// When a request may leave; CLOCK_NEVER: not before the probe has come back.
uint64_t breaker_earliest(const struct breaker *breaker, uint64_t now);

// A request leaves: true when it is the probe.
bool breaker_leaves(struct breaker *breaker);

// A request succeeded, or failed while `in_flight` others were still out. Requests that left together may
// fail together, so the breaker opens only after as many failures as a quarter of those, if that is more than
// the threshold.
void breaker_succeeded(struct breaker *breaker);
void breaker_failed(struct breaker *breaker, const struct breaker_config *config, bool probe,
                    uint64_t in_flight, uint64_t now);
// Nothing but refusals came: the breaker opens, whatever the threshold.
void breaker_open(struct breaker *breaker, enum breaker_cause cause, const struct breaker_config *config,
                  uint64_t now);
// Others found out that the API is unwell: it is open, and no probe leaves before `until`; a later moment
// that is set already stays, and so does a probe that has left.
void breaker_hold(struct breaker *breaker, uint64_t until, uint64_t now);
// Where it is open a probe may leave now.
void breaker_free(struct breaker *breaker, uint64_t now);
// The probe was lost, or came back with nothing to learn from it.
void breaker_probe_lost(struct breaker *breaker, uint64_t now);

// "closed", "open", "half_open"
const char *breaker_state_name(enum breaker_state state);

#endif
