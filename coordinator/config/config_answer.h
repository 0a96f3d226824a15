// --schema, --min-chars and --must-match: what the answers must be.
#ifndef RATION_CONFIG_ANSWER_H
#define RATION_CONFIG_ANSWER_H

#include "config/options.h"
#include "ration/provider.h"
#include "ration/settings.h"

// Fills that part of *settings, proved to be usable, and tells what of a schema is not checked, or not sent
// as it is. 0, or -1 after telling what is wrong.
int config_answer_take(const struct options *options, const struct provider *provider,
                       struct settings *settings);

#endif
