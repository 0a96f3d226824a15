// --prompt-id and --prompt-file with what belongs to them.
#ifndef RATION_CONFIG_PROMPT_H
#define RATION_CONFIG_PROMPT_H

#include "config/options.h"
#include "ration/provider.h"
#include "ration/settings.h"

// Fills the prompt of *settings. 0, or -1 after telling what is wrong.
int config_prompt_take(const struct options *options, const struct provider *provider,
                       struct settings *settings);

#endif
