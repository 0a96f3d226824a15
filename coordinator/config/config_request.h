// The request beside its prompt: the system text, parameters, or the whole body from a file.
#ifndef RATION_CONFIG_REQUEST_H
#define RATION_CONFIG_REQUEST_H

#include "config/options.h"
#include "ration/provider.h"
#include "ration/settings.h"

// Whether the input itself must hold the requests: no prompt is given.
bool config_request_by_rows(const struct options *options);

// Into `settings`, whose provider, prompt and model are there: the form, what is set in each request, and
// what their hash covers. `usual`: the model for a body that names none; NULL: there is none. 0, or -1 after
// telling.
int config_request_take(const struct options *options, const struct provider *provider, const char *usual,
                        struct settings *settings);

// The form of requests to another provider, for another model; malloc'ed. NULL after telling.
char *config_request_form(const struct options *options, const struct provider *provider, const char *model,
                          const struct settings *settings);

#endif
