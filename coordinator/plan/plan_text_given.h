// What a plan is made from, as a person reads it. Part of plan_text.c.
#ifndef RATION_PLAN_TEXT_GIVEN_H
#define RATION_PLAN_TEXT_GIVEN_H

#include "plan/plan_text.h"

// On standard output: the tokens of an artist, and where they are from.
void plan_text_given_tokens(const struct plan_text *plan);
// What an earlier run of the output told, and what all of them spent; nothing, where there was none.
void plan_text_given_past(const struct plan_text *plan);

#endif
