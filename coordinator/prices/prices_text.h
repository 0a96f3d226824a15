// The text of a price list, in one of the three shapes that are known: LiteLLM's, models.dev's, and ration's
// own. Pure but for memory.
#ifndef RATION_PRICES_TEXT_H
#define RATION_PRICES_TEXT_H

#include "prices/price_list.h"

#include <stddef.h>

#define PRICES_PROBLEM_SIZE 256U

// Adds the rows of the text, which a NUL ends. 0, or -1 with what is wrong, and where, in `problem`.
int prices_text_read(const char *text, size_t length, struct price_list *list,
                     char problem[PRICES_PROBLEM_SIZE]);

#endif
