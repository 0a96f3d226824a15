// prices.json, which is part of the program: facts of today's common models, each with its date and source.
#ifndef RATION_PRICES_BUILT_IN_H
#define RATION_PRICES_BUILT_IN_H

#include <stddef.h>

// Its bytes, which a NUL ends; they live as long as the program.
const char *prices_built_in(size_t *length);

#endif
