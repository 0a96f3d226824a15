// Money: what is spent, what is in doubt, and what the bookings may add. Within a transaction of the ledger.
// Private to common/.
#ifndef RATION_LEDGER_COST_H
#define RATION_LEDGER_COST_H

#include "arena/ledger_words.h"

// What a request by that session may cost at most, as far as can be told; 0 without prices.
uint64_t ledger_cost_reserve(const struct arena *arena, uint32_t session,
                             const struct ledger_estimate *estimate);
// False: it might pass a limit, or what that session's answers cost is not known yet.
bool ledger_cost_allows(const struct arena *arena, uint32_t session, uint64_t reserve);
// Whether so much more stays within the limits; and what was refused for them, which is noted.
bool ledger_cost_fits(const struct arena *arena, uint64_t reserve);
void ledger_cost_refuse(const struct arena *arena, uint64_t reserve);
// So much of what is in doubt, of this run or of earlier ones, is booked again.
void ledger_cost_undoubt(struct arena *arena, uint64_t cost);
void ledger_cost_book(struct arena *arena, uint32_t slot, uint64_t reserve);
// The booking is over.
void ledger_cost_unbook(struct arena *arena, uint32_t slot, const struct ledger_booking *booking);
// And that is what came of it. It is summed up whether there is a limit or not.
void ledger_cost_settle(struct arena *arena, uint32_t slot, const struct ledger_booking *booking,
                        const struct ledger_usage *usage);
// A dead worker's bookings are in doubt, but for those whose answers it had recorded.
void ledger_cost_reclaim(struct arena *arena, uint32_t slot);

#endif
