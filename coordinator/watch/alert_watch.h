// Alerts of a run at work: decided from what is known, told in the log, posted to --alert-webhook.
#ifndef RATION_ALERT_WATCH_H
#define RATION_ALERT_WATCH_H

#include "config/options.h"
#include "crew/crew_look.h"
#include "ration/snapshot.h"
#include "watch/alert_webhook.h"
#include "watch/alerts.h"

#include <stdint.h>

#define ALERT_WATCH_RAISED_MOST 16U

// One that holds now.
struct alert_watch_raised {
    struct alert_event event;
    uint64_t since; // nanoseconds since 1970
};

struct alert_watch;

// NULL after telling: out of memory. `options` must outlive it.
struct alert_watch *alert_watch_begin(const struct options *options);

// Before the first worker: what became of these parts is no news.
void alert_watch_batches(struct alert_watch *watch, const struct batch_list *before);

// About ten times a second.
// `batches`: the parts of its batch, or NULL.
void alert_watch_tick(struct alert_watch *watch, const struct snapshot *look, const struct crew_look *crew,
                      const struct batch_list *batches);

// Those that hold now, the latest last; returns how many. NULL is allowed.
uint32_t alert_watch_raised(const struct alert_watch *watch,
                            struct alert_watch_raised out[ALERT_WATCH_RAISED_MOST]);

// Waits at most two seconds for what is still to be posted. NULL is allowed.
void alert_watch_end(struct alert_watch *watch);

#endif
