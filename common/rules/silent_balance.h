// A pace that is kept where a refusal costs little: it follows how many are refused, and needs no model of
// what is behind. So it is not misled where machines stand still, and requests come to the server too near to
// each other however evenly they left. Pure. Private to common/.
#ifndef RATION_SILENT_BALANCE_H
#define RATION_SILENT_BALANCE_H

#include "ration/silent.h"

#define SILENT_BALANCE_FEW 4 // accepted in a round: the bucket was never full

// A round ends: what was accepted in it, and in which time, is added to that of the rounds before. `limit`:
// as the round by itself has it, a second.
void silent_balance_count(struct silent *silent, double limit, const struct silent_refusal *refusal);
// What was accepted lately, a second, with all that was refused between: no limit is lower. 0: too little is
// known.
double silent_balance_rate(const struct silent *silent);
// The first after a rest was refused as well: so it is where a window must end, or the limit has fallen far.
void silent_balance_vain(struct silent *silent, const struct silent_refusal *refusal);
// A round is refused; how many are refused with one is counted from here on.
void silent_balance_crowd(struct silent *silent);

// After silent_balance_count(); `limit` as there. False: it is no such pace.
bool silent_balance(struct silent *silent, double limit, const struct silent_refusal *refusal);

#endif
