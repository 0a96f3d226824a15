// --cache-prompt: what a request's form gets so that its provider keeps the beginning that all requests
// share.
#ifndef RATION_CONFIG_CACHE_H
#define RATION_CONFIG_CACHE_H

#include "config/options.h"
#include "ration/provider.h"
#include "ration/settings.h"
#include "ration/text.h"

// Changes the form as the option says; without it nothing. `model` is the one that is asked; NULL: a stored
// prompt's own. Where the form is that of all, they are its `settings`: they get it as it was, for an answer
// is no other one for being asked so, and people are told what comes of it. NULL: it is one of others. 0, or
// -1 after telling: it cannot be done.
int config_cache_take(const struct options *options, const struct provider *provider, const char *model,
                      struct text *form, struct settings *settings);

#endif
