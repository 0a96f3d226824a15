// --param: what is set in each request.
#ifndef RATION_CONFIG_PARAMS_H
#define RATION_CONFIG_PARAMS_H

#include "config/options.h"
#include "ration/settings.h"
#include "ration/text.h"

// TEXT, or what @FILE holds: malloc'ed. NULL after telling, with the option's name.
char *config_params_text(const char *option, const char *text);

// All of the options' into `settings`. 0, or -1 after telling.
int config_params_take(const struct options *options, struct settings *settings);

// A form takes them once, for all rows: `form` is another one then, and the settings have none. 0, or -1
// after telling.
int config_params_fix(struct text *form, struct settings *settings);

// In requests that are there already, that text goes before their own member of the name `path`; NULL: it
// does not. 0, or -1 after telling.
int config_params_put(const char *path, const char *text, struct settings *settings);

#endif
