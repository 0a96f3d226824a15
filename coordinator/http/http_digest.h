// Short answers, made of the status (see status_json.h). Pure.
#ifndef RATION_HTTP_DIGEST_H
#define RATION_HTTP_DIGEST_H

// Each takes the status as JSON text and returns malloc'ed JSON text, or NULL when out of memory.

// /healthz. *healthy: the run does what it can, which may be to wait or to be paused.
char *http_digest_health(const char *status, int *healthy);
// /api/ai/queue-status: rate limit, use of each limit, queue, estimated wait, state of the processor.
char *http_digest_queue(const char *status);

#endif
