// What is wrong with a prompt is told as what is wrong with the input is: FILE:LINE: what; what to do.
#ifndef RATION_PROMPT_FAULTS_H
#define RATION_PROMPT_FAULTS_H

#include "ration/settings.h"

#include <stddef.h>

// As prompt_check(), whose problem is told with the column that may have been meant. `file` is the template's
// name; NULL: it is none. 0, or -1 after telling.
int prompt_faults_check(const char *file, const struct settings *settings, const char *const *column,
                        size_t columns);

// Warns of a template that asks each artist the same.
void prompt_faults_warn(const char *file, const struct settings *settings);

#endif
