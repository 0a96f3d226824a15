// What ledger_leave.c has for the rest of the ledger. Private to common/.
#ifndef RATION_LEDGER_LEAVE_H
#define RATION_LEDGER_LEAVE_H

#include "arena/layout.h"

// A request of a session whose limit nobody tells was refused at `now`.
void ledger_leave_emptied(struct layout_session *session, const struct silent *silent, uint64_t now);

// By how much its departures have shifted so far: what the policy has not heard of. Its times are so much
// earlier than those of the clock.
static inline uint64_t ledger_leave_shifted(struct layout_session *session) {
    return atomic_load(&session->shifted);
}

#endif
