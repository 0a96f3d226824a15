// A plan as a person reads it.
#ifndef RATION_PLAN_TEXT_H
#define RATION_PLAN_TEXT_H

#include "plan/plan_cases.h"

struct plan_text {
    const char *input; // its name
    const struct options *options;
    const struct config *config;
    const struct plan_estimate *estimate;
    const struct plan_cases *cases;
};

// So many artists --max-cost pays for; all of them when there is no such limit, or none that is reached.
double plan_text_affordable(const struct plan_text *plan);

// On standard output.
void plan_text_print(const struct plan_text *plan);

#endif
