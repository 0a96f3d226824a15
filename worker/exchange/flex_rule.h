// Flex tiers: the same answers for half the price, where the provider has room for them. That it has none is
// no limit of the account: requests of another tier are answered meanwhile. Pure.
#ifndef RATION_FLEX_RULE_H
#define RATION_FLEX_RULE_H

#include "exchange/answer.h"

#include <stdbool.h>

// Statuses with which a tier may say that it has no room.
bool flex_rule_status(long status);

// The body, JSON that a NUL ends, asks for such a tier.
bool flex_rule_asks(const char *body);

// The API says that the tier has no room: by a code, or by its words. Of a request that asked for it.
bool flex_rule_refused(long status, const struct answer *answer);

#endif
