// A plan as a person reads it.
#ifndef RATION_PLAN_TEXT_H
#define RATION_PLAN_TEXT_H

#include "plan/plan_cases.h"
#include "plan/plan_compare.h"
#include "plan/plan_ways.h"

struct plan_text {
    const char *input; // its name
    const struct options *options;
    const struct config *config;
    const struct plan_estimate *estimate;
    const struct plan_cases *cases;
    const struct plan_ways *ways;
    const struct plan_compare *compare; // NULL: not asked for
};

// The lower one of --max-cost and --max-cost-run, nano-dollars; 0: none.
uint64_t plan_text_most(const struct config *config);
// So many artists that pays for; all that are left when there is no such limit, or none that is reached.
double plan_text_affordable(const struct plan_text *plan);

// On standard output.
void plan_text_print(const struct plan_text *plan);

#endif
