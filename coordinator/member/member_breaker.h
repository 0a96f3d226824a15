// The circuit breaker of an account, which a fleet has as one: what opens it on a machine opens it on all,
// one of them sends the probe, and whatever answers first closes it for all. Pure: what is next for a
// session.
#ifndef RATION_MEMBER_BREAKER_H
#define RATION_MEMBER_BREAKER_H

#include "ration/breaker.h"

#include <stdbool.h>
#include <stdint.h>

enum member_breaker_do {
    MEMBER_BREAKER_NOTHING,
    MEMBER_BREAKER_OPENED, // to be told: it is open, its probe failed, or this machine gives the probe back
    MEMBER_BREAKER_OVER,   // to be told: an answer came
    MEMBER_BREAKER_ASK     // may this machine probe?
};

struct member_breaker {
    bool known;                   // the fleet has it open, as this machine told or heard
    bool begun;                   // by what happened here
    bool listed;                  // by the answer that is being read
    bool ours;                    // this machine may probe,
    uint64_t free_at;             // since then; monotonic
    uint64_t ask_at;              // not ours: when to ask for it
    bool alone;                   // others were answered, and nobody here: what opens here is not told,
    uint64_t answers;             // as long as there are so many here
    enum member_breaker_do tells; // under way
};

struct member_breaker_facts {
    struct breaker local;
    // it is open for what the API answered. A machine that reaches nothing says nothing of the API
    bool faults;
    bool works;       // there is something to send
    uint64_t answers; // that came here so far
    uint64_t now;
};

enum member_breaker_do member_breaker_next(const struct member_breaker *known,
                                           const struct member_breaker_facts *facts);
// The probe must be kept back anew: it is not ours, and would leave soon.
bool member_breaker_waits(const struct member_breaker *known, const struct member_breaker_facts *facts);
// The fleet has it open no more, and no answer to this machine was the reason. Where it was what happened
// here that opened it, this machine is alone with its trouble until it is answered, too.
void member_breaker_contradicted(struct member_breaker *known, const struct member_breaker_facts *facts);

#endif
