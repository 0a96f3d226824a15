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
    bool fallback;      // it is used only while no other may send
    bool away;          // it may not, and not only for the moment; or it has not answered since then
};

#define SESSION_NOBODY UINT32_MAX

// What was tried before of that for which a session is chosen.
enum session_tried {
    SESSION_TRIED_NOT,
    SESSION_TRIED,      // it came to nothing
    SESSION_TRIED_MOST, // and so often that this may be the last attempt
};

// Of those that may send before `horizon` one is chosen by the strategy, a fallback where no other may; if
// there is none, the earliest. SESSION_NOBODY: all are at CLOCK_NEVER. `last` is the one that was used last.
uint32_t session_choose(enum session_selection selection, const struct session_candidate *candidate,
                        uint32_t count, uint64_t horizon, uint32_t last, uint32_t random);

// Since when all that are no fallback have been away: `since` as it was (0: not), a moment before, with
// nothing else between. 0: one of them is not, or there is none. The time is a moment: `now` at first.
uint64_t session_away_since(const struct session_candidate *candidate, uint32_t count, uint64_t since,
                            uint64_t now);

// Leaves those that may be chosen now: while others have not been away for `after`, no fallback; its
// `earliest` becomes CLOCK_NEVER. Where others are away, but may send (a breaker's probe), they still do: see
// session_choose(). But what has come to nothing before goes by a fallback then, if one may send at all: it
// may have failed there. A last attempt goes by a fallback that is not away, also while others are not: too
// few rows may be left to show that they should be.
void session_hold_back(struct session_candidate *candidate, uint32_t count, uint64_t since, uint64_t after,
                       enum session_tried tried, uint64_t now);

// The health after one more outcome: a mean over about sixteen of them.
uint64_t session_health_after(uint64_t health, bool success);

#endif
