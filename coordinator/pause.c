#include "pause.h"

#include "ration/ledger.h"

void pause_set(struct crew *crew, enum crew_pause reason, uint64_t until) {
    uint64_t longest = 0;
    crew->pause_until[reason] = until;
    for (int i = 0; i < CREW_PAUSES; i++) {
        longest = crew->pause_until[i] > longest ? crew->pause_until[i] : longest;
    }
    ledger_pause(crew->arena, longest);
    // They wait until the old time, or for the bell.
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        if (crew->worker[slot].phase == CREW_LIVE) {
            crew_ring(crew, slot);
        }
    }
}

bool pause_holds(const struct crew *crew, enum crew_pause reason, uint64_t now) {
    return crew->pause_until[reason] > now;
}
