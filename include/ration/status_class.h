// What a status other than 2xx comes to, by itself: its class, and whose fault it may be. What the body says
// goes before that, see the workers' exchange/status_rule.h. Pure.
#ifndef RATION_STATUS_CLASS_H
#define RATION_STATUS_CLASS_H

#include "ration/blame.h"
#include "ration/outcome.h"

#include <stdbool.h>
#include <stdint.h>

// Refusals of an artist that others do not share, then it is failed:
#define STATUS_CLASS_EXPLAINED 1U // the API says what is wrong with it,
#define STATUS_CLASS_PLAIN 2U     // it says nothing,
#define STATUS_CLASS_ACCOUNT 3U   // it says what it usually says of an account

struct status_class {
    enum outcome_class kind;
    enum blame_class blame;
    uint8_t most; // BLAME_REFUSED: one of those above
    bool never;   // likewise: hardly ever an artist's fault
};

struct status_class status_class_of(long status);

#endif
