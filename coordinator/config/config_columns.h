// The columns of the input: which of them is the id, which the name, which are kept.
#ifndef RATION_CONFIG_COLUMNS_H
#define RATION_CONFIG_COLUMNS_H

#include "config/options.h"
#include "ration/settings.h"

// Into `settings`, whose prompt is there. 0, or -1 after telling.
int config_columns_take(const struct options *options, struct settings *settings);

#endif
