// The crew at the head of a tick, as plain values: what whoever decides from the look needs of it.
#ifndef RATION_CREW_LOOK_H
#define RATION_CREW_LOOK_H

#include "ration/bounds.h"

#include <stdbool.h>
#include <stdint.h>

struct crew_look {
    bool stopping;     // stop_begun()
    bool finished;     // crew_finished()
    bool by_hand;      // a person has set `wanted`
    bool keys_pending; // keys_pending()
    uint32_t live;     // workers
    uint32_t wanted;
    uint32_t left_out; // artists without a verdict that this run does not ask: in doubt, others' or followers
    uint32_t identical; // followers that got what their leaders got
    uint32_t idle_deaths;
    // of a fleet, filled in by the loop
    uint64_t database_away; // nanoseconds for which it has not answered; 0: it answers
    uint32_t machines_lost; // that were given up, and are not settled
    uint64_t restarts, redistributed, in_doubt;
    uint64_t worker_restarts[BOUNDS_SLOTS];
};

struct crew;
struct crew_look crew_look(const struct crew *crew);

#endif
