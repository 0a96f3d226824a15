// --cache-prompt: what a request's form gets so that its provider keeps the beginning that all requests
// share.
#ifndef RATION_CONFIG_CACHE_H
#define RATION_CONFIG_CACHE_H

#include "config/options.h"
#include "ration/provider.h"
#include "ration/text.h"

#include <stdbool.h>

// Changes the form as the option says; without it nothing. `model` is the one that is asked; NULL: a stored
// prompt's own. `tells`: people are told what comes of it. 0, or -1 after telling: it cannot be done.
int config_cache_take(const struct options *options, const struct provider *provider, const char *model,
                      bool tells, struct text *form);

#endif
