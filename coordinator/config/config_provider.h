// The providers of a run: those that are built in, and those of --providers; and the run's own, with what the
// command line adds to it.
#ifndef RATION_CONFIG_PROVIDER_H
#define RATION_CONFIG_PROVIDER_H

#include "config/options.h"
#include "ration/key.h"
#include "ration/provider_row.h"
#include "ration/settings.h"

#include <stddef.h>

#define CONFIG_PROVIDER_MOST 64U

struct config_provider {
    size_t count;
    struct provider_row row[CONFIG_PROVIDER_MOST]; // of the file
    struct provider_row own;                       // the run's
};

// Reads --providers, finds --provider, and adds --header and --query to it. Also decides how a request is
// signed: with the keys of AWS where the provider takes them, the environment has them and there is no other
// key. NULL after telling what is wrong.
struct config_provider *config_provider_take(const struct options *options);

// One of the run's providers, for a session that names it; NULL after telling; `where`: what names it,
// without "--".
const struct provider *config_provider_named(const struct config_provider *providers, const char *where,
                                             const char *name);

// The keys of AWS as one: ID:SECRET, or ID:SECRET:TOKEN. 0, or -1 after telling.
int config_provider_aws_key(struct key *key);

// The base URL with each {NAME} replaced by that environment variable, or the first of {NAME|OTHER} that is
// set; malloc'ed. NULL after telling which is not.
char *config_provider_url(const struct provider *provider);

// Says of a default model that its provider will not serve it much longer, or no more.
void config_provider_tell(const struct options *options, const struct provider *provider,
                          const struct settings *settings);

// Wipes what may be secret. NULL is allowed.
void config_provider_free(struct config_provider *providers);

#endif
