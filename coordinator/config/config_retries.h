// --backoff…, --rate-limit-cooldown and --retries: how the workers repeat what failed.
#ifndef RATION_CONFIG_RETRIES_H
#define RATION_CONFIG_RETRIES_H

#include "config/options.h"
#include "ration/settings.h"

#define CONFIG_RETRIES_COUNTED 7U      // most attempts of a class that counts; the board has room for no more
#define CONFIG_RETRIES_UNCOUNTED 1000U // of one that does not

// Fills the attempts and waits of *settings.
void config_retries_take(const struct options *options, struct settings *settings);

#endif
