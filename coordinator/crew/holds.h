// What keeps sessions from sending on the API's behalf, and its end by hand.
#ifndef RATION_HOLDS_H
#define RATION_HOLDS_H

#include "crew/crew.h"

#include <stdbool.h>
#include <stdint.h>

// Sessions that rest, whose breaker is open, or that a told limit keeps from sending for more than ten
// seconds.
uint32_t holds_count(const struct crew *crew, uint64_t now);

// Ends all that: all sessions may send at once, but for those whose key was refused. false: the ledger was
// busy, try again.
bool holds_end(struct crew *crew, uint64_t now);

#endif
