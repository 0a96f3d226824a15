// The breaker of a session that all machines of a fleet share: it opens here because it opened elsewhere, one
// machine sends the probe, and all go on when an answer came anywhere. Of sessions, as in ledger.h.
#ifndef RATION_LEDGER_BREAKER_H
#define RATION_LEDGER_BREAKER_H

#include "ration/arena.h"

#include <stdbool.h>
#include <stdint.h>

// Coordinator: the session's breaker is open, and no probe leaves before `until` (monotonic; a later moment
// that is set already stays). A probe that has left is let alone. false: the guard was busy, try again.
bool ledger_breaker_hold(struct arena *arena, uint32_t session, uint64_t until, uint64_t now);
// Coordinator: where it is open a probe may leave at `now`. false: likewise.
bool ledger_breaker_free(struct arena *arena, uint32_t session, uint64_t now);
// Coordinator: it is closed. false: likewise.
bool ledger_breaker_over(struct arena *arena, uint32_t session);

#endif
