// What can be told of the key and the model before the first row: the list of models is asked for once. Where
// the provider has none, or it does not come, nothing is told and the run begins.
#ifndef RATION_PREFLIGHT_H
#define RATION_PREFLIGHT_H

#include "config/config.h"
#include "config/options.h"

// Of each kind of session one. 0; or -1 after telling that a key is refused or a model is not there.
int preflight_ask(const struct options *options, const struct config *config);

#endif
