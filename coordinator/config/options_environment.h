// The variables of the environment that begin with RATION_.
#ifndef RATION_OPTIONS_ENVIRONMENT_H
#define RATION_OPTIONS_ENVIRONMENT_H

#include "config/options_table.h"

#define OPTIONS_ENVIRONMENT_SIZE 64U

// That of an option: RATION_ and its name in capitals.
void options_environment_name(const struct options_row *row, char out[OPTIONS_ENVIRONMENT_SIZE]);

// Each RATION_… that is set and not empty is one that is known. 0, or -1 after telling each that is not on
// stderr. Values are not told.
int options_environment_check(char *const *environment);

#endif
