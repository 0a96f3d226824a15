// Posts alerts to --alert-webhook, one after another, without ever holding up the coordinator's loop. What
// cannot be delivered is counted; the run goes on.
#ifndef RATION_ALERT_WEBHOOK_H
#define RATION_ALERT_WEBHOOK_H

#include <stdint.h>

#define ALERT_WEBHOOK_QUEUE 64U

struct alert_webhook;

struct alert_webhook_counts {
    uint64_t delivered;
    uint64_t failed;  // given up after three tries
    uint64_t dropped; // because ALERT_WEBHOOK_QUEUE others waited
};

// `url` is copied, has passed base_url_webhook_problem(), and may hold a secret: it is never told. NULL when
// out of memory.
struct alert_webhook *alert_webhook_new(const char *url);

// Queues one JSON text, which is copied.
void alert_webhook_post(struct alert_webhook *webhook, const char *json);

// Does what can be done at once. To be called about ten times a second.
void alert_webhook_tick(struct alert_webhook *webhook, uint64_t now);

struct alert_webhook_counts alert_webhook_counts(const struct alert_webhook *webhook);

// Waits at most two seconds for what is queued, and frees. NULL is allowed.
void alert_webhook_end(struct alert_webhook *webhook);

#endif
