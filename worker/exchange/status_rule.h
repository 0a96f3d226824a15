// What a response with a status other than 2xx means: its class, and whose fault it may be. The body goes
// before the status where it says more. Pure.
#ifndef RATION_STATUS_RULE_H
#define RATION_STATUS_RULE_H

#include "exchange/answer.h"
#include "ration/status_class.h"

// x-should-retry
enum outcome_hint { OUTCOME_NO_HINT, OUTCOME_SHOULD_RETRY, OUTCOME_SHOULD_NOT_RETRY };

struct status_class status_rule_of(long status, const struct answer *answer, enum outcome_hint hint);

// In our own words, where the API has none.
const char *status_rule_words(const struct status_class *rule, long status);

#endif
