#include "crew/crew.h"

#include "crew/followers.h"
#include "ration/board.h"
#include "ration/ledger.h"
#include "ration/slot.h"

#include <sys/eventfd.h>
#include <unistd.h>

uint64_t crew_verdicts(const struct crew *crew) {
    return (uint64_t)board_done(crew->arena) + board_failed(crew->arena);
}

static uint64_t settled(const struct crew *crew) {
    return crew_verdicts(crew) + range_table_size(&crew->skipped) + followers_left_out(crew->followers);
}

bool crew_finished(const struct crew *crew) {
    return crew->fleet ? crew->fleet_ended : settled(crew) == arena_artists(crew->arena);
}

uint64_t crew_elsewhere(const struct crew *crew) {
    uint64_t ours = crew_verdicts(crew) + crew->leased, artists = arena_artists(crew->arena);
    return crew->fleet && ours < artists ? artists - ours : 0;
}

uint64_t crew_left(const struct crew *crew) {
    uint64_t artists = arena_artists(crew->arena);
    return crew->fleet ? 0 : settled(crew) < artists ? artists - settled(crew) : 0;
}

uint32_t crew_live(const struct crew *crew) {
    uint32_t live = 0;
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        live += crew_phase_has_process(crew->worker[slot].phase);
    }
    return live;
}

// What all slots tell of their requests.
static void add_up(const struct crew *crew, uint32_t *in_flight, uint32_t *refused) {
    *in_flight = *refused = 0;
    for (uint32_t slot = 0; slot < arena_slots(crew->arena); slot++) {
        struct slot_report report;
        slot_report(crew->arena, slot, &report);
        *in_flight += report.in_flight;
        *refused += report.suspects;
    }
}

uint32_t crew_in_flight(const struct crew *crew) {
    uint32_t in_flight, refused;
    add_up(crew, &in_flight, &refused);
    return in_flight;
}

uint32_t crew_refused(const struct crew *crew) {
    uint32_t in_flight, refused;
    add_up(crew, &in_flight, &refused);
    return refused;
}

void crew_ring(struct crew *crew, uint32_t slot) {
    (void)eventfd_write(crew->worker[slot].bell, 1); // full means: it is ringing already
}

void crew_ring_all(struct crew *crew) {
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        crew_ring(crew, slot);
    }
}

void crew_drain(struct crew *crew, uint32_t slot) {
    struct crew_worker *worker = &crew->worker[slot];
    crew_phase_change(&worker->phase, CREW_DRAIN);
    worker->asked = true;
    slot_set_command(crew->arena, slot, SLOT_DRAIN);
    crew_ring(crew, slot);
}

void crew_pause(struct crew *crew, uint64_t until, uint64_t now) {
    crew->paused_until = until;
    if (ledger_paused_until(crew->arena, now) == 0) {
        crew->paused_at = now;
    }
    uint64_t given_back = crew->paused_at + LEDGER_HORIZON;
    uint64_t longest = until > given_back ? until : given_back;
    ledger_pause(crew->arena, longest > now ? longest : 0);
    crew_ring_all(crew); // they wait for the old time, or for the bell
}

bool crew_paused(const struct crew *crew, uint64_t now) {
    return crew->paused_until > now;
}

void crew_free(struct crew *crew) {
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        struct crew_worker *worker = &crew->worker[slot];
        for (int i = 0; i < PRIORITIES; i++) {
            range_table_free(&worker->held[i]);
        }
        if (worker->bell >= 0) {
            (void)close(worker->bell);
        }
    }
    for (int i = 0; i < PRIORITIES; i++) {
        range_table_free(&crew->free[i]);
    }
    range_table_free(&crew->suspects);
    range_table_free(&crew->uncounted);
    range_table_free(&crew->quarantine);
    range_table_free(&crew->lost);
    range_table_free(&crew->skipped);
    range_table_free(&crew->kept);
    followers_free(crew->followers);
    crew->followers = NULL;
}
