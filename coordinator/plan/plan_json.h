// A plan as a program reads it.
#ifndef RATION_PLAN_JSON_H
#define RATION_PLAN_JSON_H

#include "plan/plan_text.h"

// One JSON object in one line, on standard output. 0, or -1 when out of memory.
int plan_json_print(const struct plan_text *plan);

#endif
