#include "crew/give_back.h"

#include "crew/in_doubt.h"
#include "crew/in_doubt_tell.h"
#include "ration/board.h"
#include "ration/crash_point.h"
#include "ration/slot.h"

// A dead worker, and what is found of it.
struct dead {
    uint32_t slot;
    bool suspect;
    struct range_table doubt; // what was in flight
    uint64_t taken;
    bool starved; // out of memory
};

// Where one unfinished artist of a dead worker goes.
static struct range_table *place_for(struct crew *crew, struct dead *dead, uint32_t artist,
                                     enum priority priority) {
    uint32_t slot = dead->slot;
    bool suspect = dead->suspect;
    bool was_with_it = board_in_flight(crew->arena, artist);
    crew->in_doubt += was_with_it;
    if (was_with_it && !range_table_add(&dead->doubt, (struct range){artist, artist + 1})) {
        dead->starved = true;
    }
    struct range_table *place = was_with_it ? in_doubt_place(crew) : NULL;
    if (place != NULL) {
        return place; // still in flight on the board, until its verdict: this run may be killed before that
    }
    uint32_t crashes = board_reclaim(crew->arena, artist, suspect && was_with_it);
    if (crashes >= BOARD_MAX_CRASHES) {
        return &crew->quarantine;
    }
    // What died of it on other machines counts, too: nobody is given it before the fleet was asked.
    if (crashes > 0 && crew->fleet) {
        return &crew->uncounted;
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

// dead->taken grows by those that it had claimed. false: out of memory.
static bool return_range(struct crew *crew, struct dead *dead, struct range range, enum priority priority) {
    struct range run = {range.first, range.first}; // artists in a row that go to the same place
    struct range_table *to = NULL;
    for (uint32_t artist = board_next(crew->arena, range, priority); artist < range.end;
         artist = board_next(crew->arena, (struct range){artist + 1, range.end}, priority)) {
        struct range_table *place = place_for(crew, dead, artist, priority);
        dead->taken += was_claimed(crew, dead->slot, artist);
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

static bool return_all(struct crew *crew, struct dead *dead) {
    for (int p = 0; p < PRIORITIES; p++) {
        struct range_table *held = &crew->worker[dead->slot].held[p];
        while (held->count > 0) {
            // Listed in the new place first: memory may run out, but an artist must never be in no list.
            struct range range = held->range[held->count - 1];
            if (!return_range(crew, dead, range, (enum priority)p)) {
                return false;
            }
            CRASH_POINT(range_returned);
            held->count--;
        }
    }
    return !dead->starved;
}

bool give_back_artists(struct crew *crew, uint32_t slot, bool suspect, uint64_t *taken) {
    struct dead dead = {.slot = slot, .suspect = suspect};
    bool good = return_all(crew, &dead);
    *taken = dead.taken;
    if (good) {
        crew->worker[slot].alone = CREW_NOBODY;
        in_doubt_tell_death(crew, slot, &dead.doubt);
    }
    range_table_free(&dead.doubt);
    return good;
}
