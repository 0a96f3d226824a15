// Tells people what is odd in what answers say of limits and waits, once for each session and kind: nothing
// slows a run in silence.
#ifndef RATION_TELL_LIMITS_H
#define RATION_TELL_LIMITS_H

#include "exchange/response.h"
#include "limits/retry_after.h"
#include "retry_policy.h"
#include "worker.h"

// If the artist's settlement has lowered a limit so far that it may be a mistake.
void tell_limits_lowered(struct worker *worker, const struct artist *artist);

// A value in the headers makes no sense.
void tell_limits_odd(struct worker *worker, const struct artist *artist, const struct limit_report *report);

// A wait that cannot be read, or is longer than we ever wait.
void tell_limits_wait(struct worker *worker, const struct artist *artist,
                      const struct response_headers *headers, const struct retry_after *told);

// The session is about to rest for long, or for want of money. Requests that are refused together tell it
// once.
void tell_limits_rest(struct worker *worker, const struct artist *artist,
                      const struct retry_policy_decision *decision);

#endif
