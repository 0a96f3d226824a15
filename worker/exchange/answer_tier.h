// Which tier of service answered, and what that is charged as. Pure.
#ifndef RATION_ANSWER_TIER_H
#define RATION_ANSWER_TIER_H

#include "exchange/answer.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

// Sets the tier and the way of `root`, an object, if it tells a tier; else they stay.
void answer_tier_read(const cJSON *root, struct answer *answer);

// Whether it is one that need not be told: the tier that everybody has who asked for none.
bool answer_tier_usual(const char *tier);

#endif
