// What is kept and told of an attempt that was refused, before it shows whose fault that was.
#ifndef RATION_REFUSAL_H
#define RATION_REFUSAL_H

#include "ended.h"
#include "retry_policy.h"
#include "worker.h"

#include <stdint.h>

// Of a session that has never worked: after so many artists that were refused in this way it is the session's
// fault.
uint32_t refusal_least(const struct outcome *outcome);

// After its booking was settled: what suspects.h needs later, the words for people, and its line of the
// errors file.
void refusal_remember(struct worker *worker, struct ended *ended,
                      const struct retry_policy_decision *decision);

#endif
