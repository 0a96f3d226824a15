// Short answers, made of the run's status. Pure.
#ifndef RATION_HTTP_DIGEST_H
#define RATION_HTTP_DIGEST_H

#include "view/run_status.h"

#include <stdbool.h>

// Each returns malloc'ed JSON text, or NULL when out of memory.

// /healthz. *healthy: the run does what it can, which may be to wait or to be paused.
char *http_digest_health(const struct run_status *status, bool *healthy);
// /api/ai/queue-status: rate limit, use of each limit, queue, estimated wait, state of the processor.
char *http_digest_queue(const struct run_status *status);

#endif
