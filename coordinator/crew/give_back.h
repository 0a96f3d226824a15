// What becomes of the artists that a dead worker had and did not finish: each goes to others, is tried alone,
// is failed, or is left out.
#ifndef RATION_GIVE_BACK_H
#define RATION_GIVE_BACK_H

#include "crew/crew.h"

// Once its guards are free and its bookings are settled. Empties what it held. `suspect`: its death is
// evidence against those that were in flight. *taken: how many of them it had claimed. false: out of memory;
// may be called again.
bool give_back_artists(struct crew *crew, uint32_t slot, bool suspect, uint64_t *taken);

#endif
