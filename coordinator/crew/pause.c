#include "crew/pause.h"

#include "ration/ledger.h"

static uint64_t later(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

void pause_set(struct crew *crew, enum crew_pause reason, uint64_t until, uint64_t now) {
    uint64_t longest = 0;
    crew->pause_until[reason] = until;
    for (int i = 0; i < CREW_PAUSES; i++) {
        longest = later(longest, crew->pause_until[i]);
    }
    if (ledger_paused_until(crew->arena, now) == 0) {
        crew->paused_at = now;
    }
    longest = later(longest, crew->paused_at + LEDGER_HORIZON);
    ledger_pause(crew->arena, longest > now ? longest : 0);
    // They wait for the old time, or for the bell.
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        if (crew->worker[slot].phase == CREW_LIVE) {
            crew_ring(crew, slot);
        }
    }
}

bool pause_holds(const struct crew *crew, enum crew_pause reason, uint64_t now) {
    return crew->pause_until[reason] > now;
}
