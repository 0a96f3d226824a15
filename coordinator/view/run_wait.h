// What a run waits for: why nothing can be sent at the moment, since when and until when. While it waits
// nobody can tell when it ends, so an end is told only when it does not. Pure: what is known, and what it
// waited for before, come in.
#ifndef RATION_RUN_WAIT_H
#define RATION_RUN_WAIT_H

#include "ration/ledger.h"
#include "ration/snapshot.h"

#include <stdbool.h>
#include <stdint.h>

enum run_wait_kind {
    RUN_WAIT_NOTHING, // something can be sent
    RUN_WAIT_DISK,    // there is no room for answers
    RUN_WAIT_PAUSE,   // somebody paused it
    RUN_WAIT_DAY,     // a daily quota is used up: the run's own, or the provider's
    RUN_WAIT_FLEET,   // the fleet's database is away, and what it granted is used up
    RUN_WAIT_RATE,    // the API refused requests for their rate, and all sessions cool down
    RUN_WAIT_QUOTA,   // no money: limits of spending are reached, or credit is used up, and all are parked
    RUN_WAIT_OVERLOAD,
    RUN_WAIT_BREAKER,  // the API fails, and all breakers are open
    RUN_WAIT_REFUSALS, // nothing but refusals comes, and nobody knows yet whose fault it is
    RUN_WAIT_KEYS,     // each key was refused
    RUN_WAIT_KINDS
};

struct run_wait_facts {
    uint64_t now;          // monotonic
    bool over;             // nothing is to be sent any more: it ends, or has ended
    uint32_t disk_wait;    // workers that wait for room
    uint64_t paused_until; // monotonic; 0: not paused; CLOCK_NEVER: until someone resumes
    uint64_t day_until;    // monotonic: the pause of a daily quota; 0: there is none
    uint64_t away;         // nanoseconds for which the fleet's database has not answered; 0: it does
    uint64_t answers;      // of this run so far
    uint32_t sessions;
    const struct ledger_state *session;
};

// After an answer, or so long after a hold has ended, it is over: until then the first requests are only
// tries.
#define RUN_WAIT_LINGERS 30000000000ULL // nanoseconds

// `before` as at an earlier moment, zeroed at first; may be `next` itself.
void run_wait_next(const struct snapshot_wait *before, const struct run_wait_facts *facts,
                   struct snapshot_wait *next);

// "disk", "paused", "daily_quota", "fleet_database", "rate_limited", "quota_exhausted", "overloaded",
// "breaker_open", "refusals", "keys_refused"; "" for none.
const char *run_wait_name(enum run_wait_kind kind);

// What it waits for, after "waits for": "the overloaded API". `until` decides who can end a pause.
const char *run_wait_for(enum run_wait_kind kind, uint64_t until);

// What to do, for people.
const char *run_wait_advice(enum run_wait_kind kind);

// That outcome of an attempt may be why it waits so.
bool run_wait_caused_by(enum run_wait_kind kind, enum outcome_class outcome);

#endif
