// What follows an attempt that did not succeed: when the artist is tried again, whether the attempt counts,
// and what its session is told. One function for the table "Outcomes and delays". Pure.
#ifndef RATION_RETRY_POLICY_H
#define RATION_RETRY_POLICY_H

#include "ration/ledger.h"
#include "ration/settings.h"
#include "ration/slot.h"

#include <stdbool.h>
#include <stdint.h>

struct retry_policy_facts {
    enum outcome_class kind; // not OUTCOME_DONE
    bool final;              // see struct outcome
    uint32_t most_such;      // likewise
    uint32_t such;           // outcomes of that kind of this artist so far, this one included
    bool session_at_fault;   // ledger_settle() said so: the artist is not to blame
    uint32_t attempts;       // counted so far, this one included
    uint32_t strikes;        // holds in a row of the kind that this outcome asks for
    bool server_waits;       // the server named a wait,
    uint64_t server_wait;    // of so many nanoseconds: a minimum
    uint64_t
        // OUTCOME_QUOTA_EXHAUSTED: until the moment at which the account may go on; 0: none is told
        reset_wait;
    bool silent;            // OUTCOME_RATE_LIMITED: of a limit that nobody tells: its session rests
    uint64_t rest;          // for so long; 0: it does already
    uint32_t random;        // uniform over all 32 bits
    enum blame_class blame; // see struct outcome
    bool worked;            // the session has, in this run
    bool mass;              // see struct blame_row
    bool isolated;          // likewise
    bool proven;            // it was refused by a limit more often than chance explains, and others were not
    bool unreachable;       // nothing was ever reached, for a reason that waiting may not mend
    uint32_t alone;         // see struct blame_row
    uint32_t tries;         // likewise
    uint32_t left;          // artists that are left, all of them refused before; 0: there are others
    uint32_t full;          // OUTCOME_NO_CAPACITY: of this artist so far, this one left out
    uint64_t full_for;      // likewise: nanoseconds since the first of them
};

struct retry_policy_decision {
    bool fail;     // never again: errors file
    bool unproven; // and nothing was left to compare it with
    bool aside;    // it stands aside until it shows whose fault it was, for `wait` at least
    bool counted;  // the attempt counts
    uint64_t wait; // nanoseconds until the artist may be tried again; 0: at once, admission makes it wait
    bool holds;    // tell the ledger:
    enum ledger_hold hold;
    uint64_t hold_wait; // nanoseconds from now
    bool falls_back;    // it is asked by the usual tier from now on
};

// How long to wait after failure number `before` + 1: from `first` on, growing as `backoff` says, up to
// `last`. Without jitter.
uint64_t retry_policy_delay(enum settings_backoff backoff, uint64_t first, uint64_t last, uint32_t before);

struct retry_policy_decision retry_policy_decide(const struct settings *settings,
                                                 const struct retry_policy_facts *facts);

// The hold that an outcome asks for; false: none.
bool retry_policy_hold(enum outcome_class kind, enum ledger_hold *hold);

#endif
