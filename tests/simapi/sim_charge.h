/* What a request is charged at admission. Pure. */
#ifndef SIMAPI_CHARGE_H
#define SIMAPI_CHARGE_H

#include "sim_account.h"
#include "sim_dialect.h"

/*
 * rule: not CHARGE_OF_PATH. Of the input, uncounted tokens are no concern of the limits. Tokens and output
 * are at least 1.
 */
struct spend sim_charge_of(const struct ask *a, uint64_t uncounted, enum charge_rule rule,
                           uint64_t expected_output);
/* What the account is corrected to when the answer is sent. settle false: what rule left out is charged. */
struct spend sim_charge_settled(struct spend charged, struct spend used, enum charge_rule rule, bool settle);

#endif
