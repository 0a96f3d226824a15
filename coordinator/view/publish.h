// What the coordinator alone knows, made known: published in the arena several times a second, for whoever
// attaches to the run, and for its own display and web page.
#ifndef RATION_PUBLISH_H
#define RATION_PUBLISH_H

#include "crew/crew_look.h"
#include "plan/cost.h"
#include "scale/utilisation.h"
#include "view/run_status.h"
#include "watch/alert_watch.h"

#include <stdbool.h>
#include <stdint.h>

#define PUBLISH_INTERVAL 250000000ULL // nanoseconds

struct publish;

// What stays as it is; it is copied, but not what it points to.
struct publish_begin {
    struct arena *arena;
    int errors_fd;
    const struct result_format *format; // of its lines
    const struct run_info *info;        // copied
    uint64_t before;                    // artists with a verdict from earlier runs
    uint64_t daily_limit;               // requests a day; 0: none
    struct cost_watch cost;
    uint64_t in_flight;   // of each worker, at most; 0: not known
    uint64_t quota_pause; // nanoseconds: the longest pause for the daily quota
};
// NULL when out of memory.
struct publish *publish_new(const struct publish_begin *begin, uint64_t now);
void publish_free(struct publish *publish);

// What is known at a tick, which is at look->at.
struct publish_facts {
    const struct snapshot *look;
    const struct crew_look *crew;
    const struct utilisation *utilisation; // or NULL
    const struct alert_watch *alerts;      // or NULL
    struct cost_spent cost;
    uint64_t quota_until;             // monotonic: the daily quota pauses the run until then; 0: it does not
    const struct batch_list *batches; // NULL: it has no parts
    const struct snapshot_fleet *fleet; // NULL: nothing new of it
    uint64_t quota_resets;              // monotonic: when the period of the daily quota ends; 0: not known
};
// Publishes if it is time; true: it did, and publish_status() is new.
bool publish_tick(struct publish *publish, const struct publish_facts *facts);

// The last publishing: the run has ended so.
void publish_end(struct publish *publish, const struct publish_facts *facts, const char *how);

// As of the last publishing; valid until publish_free().
const struct run_status *publish_status(const struct publish *publish);

#endif
