// ration's own list of prices; docs/CONFIGURATION.md has its form. Pure but for memory.
#ifndef RATION_PRICES_OWN_H
#define RATION_PRICES_OWN_H

#include "prices/prices_text.h"

#include <cjson/cJSON.h>

// Everything in it must be right.
// 0, or -1 with what is wrong in `problem`.
int prices_own_read(const cJSON *root, struct price_list *list, char problem[PRICES_PROBLEM_SIZE]);

#endif
