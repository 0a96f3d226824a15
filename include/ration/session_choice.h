// Which session a request leaves by. Pure.
#ifndef RATION_SESSION_CHOICE_H
#define RATION_SESSION_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

enum session_selection { SESSION_HEALTH, SESSION_ROUND_ROBIN, SESSION_LRU, SESSION_RANDOM };

#define SESSION_HEALTH_WHOLE 65536U // the health of a session whose requests all succeed

struct session_candidate {
    uint64_t earliest;  // when the request could leave by it; CLOCK_NEVER: not at all
    uint64_t last_used; // monotonic; 0: never
    uint64_t health;    // 0..SESSION_HEALTH_WHOLE
};

#define SESSION_NOBODY UINT32_MAX

// Of those that may send before `horizon` one is chosen by the strategy; if there is none, the earliest.
// SESSION_NOBODY: all are at CLOCK_NEVER. `last` is the one that was used last.
uint32_t session_choose(enum session_selection selection, const struct session_candidate *candidate,
                        uint32_t count, uint64_t horizon, uint32_t last, uint32_t random);

// The health after one more outcome: a mean over about sixteen of them.
uint64_t session_health_after(uint64_t health, bool success);

#endif
