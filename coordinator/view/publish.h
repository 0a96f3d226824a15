// What the coordinator alone knows, made known: published in the arena several times a second, for whoever attaches to the run, and
// for its own display and web page.
#ifndef RATION_PUBLISH_H
#define RATION_PUBLISH_H

#include "crew/crew.h"
#include "view/run_status.h"
#include "view/totals.h"

#include <stdbool.h>
#include <stdint.h>

#define PUBLISH_INTERVAL 250000000ULL // nanoseconds

struct publish;

// `before`: artists with a verdict from earlier runs; `daily_limit`: requests a day, 0: none. NULL when out of memory.
struct publish *publish_new(struct crew *crew, const struct run_info *info, uint64_t before,
                            uint64_t daily_limit, uint64_t now);
void publish_free(struct publish *publish);

// What is known at a tick.
struct publish_facts {
    const struct totals *totals; // after cost_look()
    uint64_t cost_in_flight;     // nano-dollars
    bool stopping;
    uint64_t quota_until;  // monotonic: the daily quota pauses the run until then; 0: it does not
    uint64_t quota_resets; // monotonic: when the period of the daily quota ends; 0: not known
};
// Publishes if it is time; true: it did, and publish_status() is new.
bool publish_tick(struct publish *publish, const struct publish_facts *facts, uint64_t now);

// The last publishing: the run has ended so.
void publish_end(struct publish *publish, const struct publish_facts *facts, const char *how, uint64_t now);

// As of the last publishing; valid until publish_free().
const struct run_status *publish_status(const struct publish *publish);

#endif
