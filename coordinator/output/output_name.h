// What --output and --errors name, before anything is opened: a place for JSON lines, and no file that the
// run needs otherwise.
#ifndef RATION_OUTPUT_NAME_H
#define RATION_OUTPUT_NAME_H

#include "config/options.h"

#include <stdbool.h>

// The format that a name promises and that is not JSON lines ("CSV", …), or NULL. *readable: JSON lines may
// stand under that name all the same. Pure.
const char *output_name_format(const char *name, bool *readable);

// The two names lead to one file, which need not exist yet.
bool output_name_same(const char *a, const char *b);

// `errors` is the path of the errors file. 0, or -1 after telling what is wrong, and what to do. Opens and
// changes nothing.
int output_name_check(const struct options *options, const char *errors);

#endif
