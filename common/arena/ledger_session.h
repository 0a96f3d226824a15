// What an answer teaches of its session: places, breaker, health. Within a transaction of the ledger.
// Private to common/.
#ifndef RATION_LEDGER_SESSION_H
#define RATION_LEDGER_SESSION_H

#include "arena/ledger_words.h"

// It was not admitted, and charged nothing.
bool ledger_session_refused(enum outcome_class outcome);
// The session worked, whatever the artist got.
bool ledger_session_healthy(enum outcome_class outcome);

void ledger_session_grow(struct arena *arena, const struct ledger_booking *booking,
                         const struct ledger_usage *usage);
void ledger_session_refuse(struct arena *arena, const struct ledger_booking *booking,
                           const struct ledger_usage *usage, uint64_t now);
void ledger_session_judge(struct arena *arena, const struct ledger_booking *booking,
                          const struct ledger_usage *usage, uint64_t now);
// An overload, or want of money, that another machine of the fleet was told: what comes after the hold begins
// as if it had been told here.
void ledger_session_hear(struct arena *arena, struct layout_session *session, enum ledger_hold hold);
void ledger_session_lose_probe(struct arena *arena, struct layout_session *session, uint64_t now);

#endif
