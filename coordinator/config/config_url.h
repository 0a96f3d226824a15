// The base URLs of a run.
#ifndef RATION_CONFIG_URL_H
#define RATION_CONFIG_URL_H

#include "config/options.h"
#include "ration/provider.h"

// Checks a URL and gives it without trailing slashes, malloc'ed. NULL after telling what is wrong; `source`
// is where it comes from, `example` what it looks like. Warns where the key would leave the machine
// unencrypted.
char *config_url_take(const char *source, const char *url, const char *example);

// That of the sessions that have none of their own: --base-url, the provider's variable, or its own.
// Likewise.
char *config_url_usual(const struct options *options, const struct provider *provider);

#endif
