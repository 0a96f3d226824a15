// /queue/requests: how many artists stand where, and the latest requests of all workers.
#ifndef RATION_HTTP_REQUESTS_H
#define RATION_HTTP_REQUESTS_H

#include "ration/arena.h"
#include "view/run_status.h"

#include <stdint.h>

#define HTTP_REQUESTS_MOST 100U // of each kind: under way, ended

// The counts are those of the status; the requests are read in the arena. malloc'ed JSON text, or NULL when
// out of memory. `now` is monotonic, `wall` the same moment.
char *http_requests_json(const struct run_status *status, const struct arena *arena, uint64_t now,
                         uint64_t wall);

#endif
