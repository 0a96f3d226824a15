// Whether a refusal is told to come of money: a limit of spending that is reached, credit that is used up, an
// account that owes. Such a thing has many dresses: a status of 400, 402, 403, 412, 429 or 500, with a code
// or with nothing but words for people. Pure.
#ifndef RATION_SPEND_LIMIT_H
#define RATION_SPEND_LIMIT_H

#include "exchange/answer.h"

#include <stdbool.h>

// A code, a type, or a reason among the details says so. Its form is of no importance: "insufficient_quota",
// "AccountOverdueError", "personal-team-blocked:spending-limit".
bool spend_limit_code(const struct answer *answer);

// The words of the error say so, in one sentence, outside of what it quotes. Only of an error: never of the
// text of an answer. `limited`: the status is that of a limit, which may be one of a minute.
bool spend_limit_words(const struct answer *answer, bool limited);

#endif
