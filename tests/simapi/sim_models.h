/* The list of models. Any model is answered for, so the list says that it goes on. */
#ifndef SIMAPI_MODELS_H
#define SIMAPI_MODELS_H

#include "sim_text.h"

#include <stdbool.h>

bool sim_models_asked(const char *method, const char *path);
/* Adds the body of its 200. */
void sim_models_list(struct text *out);

#endif
