// Options that were given, on the command line or in the file of --config, and have no effect beside the
// others, or for want of one: what is taken is never ignored in silence. Pure.
#ifndef RATION_OPTIONS_IDLE_H
#define RATION_OPTIONS_IDLE_H

#include "config/options.h"

#include <stdbool.h>
#include <stddef.h>

struct options_idle {
    const char *option; // without "--"
    const char *why;
    bool refused; // what comes out would not be what was asked for; else it is only told
};

// The next one, from *at = 0 on. False: there is no other.
bool options_idle_next(const struct options *options, size_t *at, struct options_idle *idle);

#endif
