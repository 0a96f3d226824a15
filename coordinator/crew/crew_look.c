#include "crew/crew_look.h"

#include "crew/crew.h"
#include "crew/followers.h"
#include "crew/keys.h"

struct crew_look crew_look(const struct crew *crew) {
    struct crew_look look = {
        .stopping = stop_begun(crew),
        .finished = crew_finished(crew),
        .by_hand = crew->by_hand,
        .keys_pending = keys_pending(crew->keys),
        .live = crew_live(crew),
        .wanted = crew->wanted,
        .left_out = range_table_size(&crew->skipped) + followers_waiting(crew->followers) +
                    (uint32_t)crew_elsewhere(crew),
        .identical = followers_served(crew->followers),
        .idle_deaths = crew->idle_deaths,
        .restarts = crew->restarts,
        .redistributed = crew->redistributed,
        .in_doubt = crew->in_doubt,
    };
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        look.worker_restarts[slot] = crew->worker[slot].restarts;
    }
    return look;
}
