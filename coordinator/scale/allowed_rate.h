// How many requests a second the limits of a session allow. Pure.
#ifndef RATION_ALLOWED_RATE_H
#define RATION_ALLOWED_RATE_H

#include "ration/ledger.h"

// Of the limits that are spread over their window, by the tokens that its requests took so far. 0: no such
// limit is known, or too little was sent to tell what a request takes.
double allowed_rate(const struct ledger_state *state);

#endif
