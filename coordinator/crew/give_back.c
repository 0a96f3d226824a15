#include "crew/give_back.h"

#include "crew/in_doubt.h"
#include "ration/board.h"
#include "ration/crash_point.h"
#include "ration/slot.h"

// Where one unfinished artist of a dead worker goes.
static struct range_table *place_for(struct crew *crew, uint32_t slot, uint32_t artist, bool suspect,
                                     enum priority priority) {
    bool was_with_it = board_in_flight(crew->arena, artist);
    crew->in_doubt += was_with_it;
    struct range_table *place = was_with_it ? in_doubt_place(crew) : NULL;
    if (place != NULL) {
        return place; // still in flight on the board, until its verdict: this run may be killed before that
    }
    uint32_t crashes = board_reclaim(crew->arena, artist, suspect && was_with_it);
    if (crashes >= BOARD_MAX_CRASHES) {
        return &crew->quarantine;
    }
    return crashes > 0 || crew->worker[slot].alone == artist ? &crew->suspects : &crew->free[priority];
}

// What the dead worker had not even claimed goes back as well, but is not counted as taken from it.
static bool was_claimed(const struct crew *crew, uint32_t slot, uint32_t artist) {
    uint32_t first, given;
    slot_sequences(crew->arena, slot, &first, &given);
    for (uint32_t sequence = first; sequence < given; sequence++) {
        struct range unclaimed = slot_unclaimed(crew->arena, slot, sequence);
        if (artist >= unclaimed.first && artist < unclaimed.end) {
            return false;
        }
    }
    return true;
}

// *taken grows by those that it had claimed. false: out of memory.
static bool return_range(struct crew *crew, uint32_t slot, struct range range, enum priority priority,
                         bool suspect, uint64_t *taken) {
    struct range run = {range.first, range.first}; // artists in a row that go to the same place
    struct range_table *to = NULL;
    for (uint32_t artist = board_next(crew->arena, range, priority); artist < range.end;
         artist = board_next(crew->arena, (struct range){artist + 1, range.end}, priority)) {
        struct range_table *place = place_for(crew, slot, artist, suspect, priority);
        *taken += was_claimed(crew, slot, artist);
        if (place == to && artist == run.end) {
            run.end++;
            continue;
        }
        if (to != NULL && !range_table_add(to, run)) {
            return false;
        }
        to = place;
        run = (struct range){artist, artist + 1};
    }
    return to == NULL || range_table_add(to, run);
}

bool give_back_artists(struct crew *crew, uint32_t slot, bool suspect, uint64_t *taken) {
    struct crew_worker *worker = &crew->worker[slot];
    *taken = 0;
    for (int p = 0; p < PRIORITIES; p++) {
        struct range_table *held = &worker->held[p];
        while (held->count > 0) {
            // Listed in the new place first: memory may run out, but an artist must never be in no list.
            struct range range = held->range[held->count - 1];
            if (!return_range(crew, slot, range, (enum priority)p, suspect, taken)) {
                return false;
            }
            CRASH_POINT(range_returned);
            held->count--;
        }
    }
    worker->alone = CREW_NOBODY;
    return true;
}
