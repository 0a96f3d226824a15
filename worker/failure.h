// What becomes of an attempt that failed: its booking is settled, and it is decided whether the artist is
// tried again.
#ifndef RATION_FAILURE_H
#define RATION_FAILURE_H

#include "ended.h"
#include "retry_policy.h"
#include "worker.h"

// First: what an API names as the artist's own fault is no verdict before anything was answered.
void failure_weigh(struct worker *worker, struct ended *ended);
// Settles the booking of an attempt whose answer is not recorded. (One that is recorded is settled after its
// line.) False: its session is at fault, and is left alone for a while.
bool failure_settle(struct worker *worker, struct ended *ended);
// After that. `at_fault`: its session is.
struct retry_policy_decision failure_decide(struct worker *worker, struct ended *ended, bool at_fault);

#endif
