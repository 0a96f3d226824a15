// The ledger: what each session may spend, has booked and has spent. Admission books one request with its estimated tokens
// at the first moment that suits every bucket of a session; settlement replaces the estimate by what the API reported. Each
// is one transaction under the ledger guard.
#ifndef RATION_LEDGER_H
#define RATION_LEDGER_H

#include "ration/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum ledger_bucket { LEDGER_REQUESTS, LEDGER_TOKENS, LEDGER_BUCKETS };

// Bookings reach at most this far ahead of now: far enough that a process which wakes a little late loses nothing, near enough
// that a pause finds little to cancel, and a dead worker takes little of the limit with it. Who finds no departure within it
// asks again half of it before the next one, and so books several at a time.
#define LEDGER_HORIZON 40000000ULL

// Limits of one session. 0: no limit.
struct ledger_limits {
    uint64_t requests_per_minute;
    uint64_t tokens_per_minute;
    uint64_t
        burst; // requests that may leave at once after a rest; 0: a tenth of a second's worth, at least 1
};

enum ledger_admission {
    LEDGER_BOOKED, // leave at booking.departs
    LEDGER_LATER,  // nothing was booked; ask again at booking.departs, which a pause may put at CLOCK_NEVER
    LEDGER_CLOSED, // no session can be used any more: all are disabled, or the coordinator is dead and the guard with it
};

struct ledger_booking {
    uint32_t session;
    uint64_t tokens;  // booked estimate
    uint64_t departs; // monotonic nanoseconds
    uint64_t epoch;   // the session's epoch at booking; see ledger_valid()
};

// Coordinator, before the first spawn.
void ledger_set_limits(struct arena *arena, uint32_t session, const struct ledger_limits *limits,
                       uint64_t now);
// Coordinator, before the first spawn: what the first estimates are made of (later ones learn from the answers).
void ledger_set_estimate(struct arena *arena, uint64_t max_output_tokens);

// Tokens that a request of `input_bytes` will be charged: learned tokens a byte, plus the learned output, and not below
// max_output_tokens, because that is what the APIs charge at admission.
uint64_t ledger_estimate(const struct arena *arena, uint64_t input_bytes);

// Worker. Books under `slot`.
enum ledger_admission ledger_admit(struct arena *arena, uint32_t slot, uint64_t tokens, uint64_t now,
                                   struct ledger_booking *booking);

// Worker, at departure: false when the session was cooled, parked or disabled, or the run paused, since the booking; it must
// then be cancelled.
bool ledger_valid(const struct arena *arena, const struct ledger_booking *booking);

// Worker: the booked request never left: it is no longer booked. The buckets stay, see ledger_cancel() in ledger.c.
void ledger_cancel(struct arena *arena, uint32_t slot, const struct ledger_booking *booking);

// What is known after an attempt. No tokens when the API reported none: the booking is then spent as estimated. So it is
// when the report is absurd: beyond 64 times the estimate and a million more.
struct ledger_usage {
    uint64_t input_tokens;
    uint64_t output_tokens;
    uint64_t input_bytes; // of the request that was answered, to learn tokens a byte; 0: learn nothing
    bool refused;         // the API did not admit it (429): no tokens were charged
};
// Worker: the booked request left and ended.
void ledger_settle(struct arena *arena, uint32_t slot, const struct ledger_booking *booking,
                   const struct ledger_usage *usage);

enum ledger_hold {
    LEDGER_COOL,    // rate limited: this session until `until`
    LEDGER_PARK,    // quota exhausted: this session until `until`
    LEDGER_SLOW,    // overloaded: every session until `until`
    LEDGER_DISABLE, // key refused: this session for good
};
// Worker: no departure of this session before `until` (a later one that is already set stays). Bookings that have not
// departed become invalid. `strikes` consecutive holds of that kind are counted until an answer succeeds.
void ledger_hold(struct arena *arena, uint32_t slot, uint32_t session, enum ledger_hold hold, uint64_t until);
// How many holds of that kind in a row this session has had.
uint32_t ledger_strikes(const struct arena *arena, uint32_t session, enum ledger_hold hold);

// Coordinator: nothing is admitted before `until` (monotonic; CLOCK_NEVER: until it is told otherwise), and what was booked
// becomes invalid. 0 ends the pause; workers that were told CLOCK_NEVER must then be rung.
void ledger_pause(struct arena *arena, uint64_t until);
// Anyone: when the pause that holds at `now` ends; 0: there is none.
uint64_t ledger_paused_until(const struct arena *arena, uint64_t now);

// Coordinator, after reaping `slot`: its bookings count as spent, because the provider may have billed them. false: the
// guard was busy, try again; the slot must not be used before.
bool ledger_reclaim(struct arena *arena, uint32_t slot);

struct ledger_state {
    bool disabled;
    uint64_t not_before; // monotonic; 0: free
    uint64_t booked_requests, booked_tokens;
    uint64_t spent_requests, spent_tokens;
    uint64_t level[LEDGER_BUCKETS]; // what could leave now
    uint64_t limit[LEDGER_BUCKETS]; // a minute
};
// A look without the guard: good for people and policies, not exact.
void ledger_look(const struct arena *arena, uint32_t session, uint64_t now, struct ledger_state *state);

#endif
