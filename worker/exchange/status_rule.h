// What a status other than 2xx means: its class, and whose fault it may be. The body goes before the status
// where it says more. Pure.
#ifndef RATION_STATUS_RULE_H
#define RATION_STATUS_RULE_H

#include "exchange/answer.h"
#include "ration/blame.h"
#include "ration/slot.h"

#include <stdbool.h>
#include <stdint.h>

// x-should-retry
enum outcome_hint { OUTCOME_NO_HINT, OUTCOME_SHOULD_RETRY, OUTCOME_SHOULD_NOT_RETRY };

struct status_rule {
    enum outcome_class kind;
    enum blame_class blame;
    uint8_t most; // BLAME_REFUSED: refusals of one artist that others do not share, then it is failed
    bool never;   // likewise: hardly ever an artist's fault
};

struct status_rule status_rule_of(long status, const struct answer *answer, enum outcome_hint hint);

// In our own words, where the API has none.
const char *status_rule_words(const struct status_rule *rule, long status);

#endif
