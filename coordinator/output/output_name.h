// What --output and --errors name, before anything is opened: a place for JSON lines. And that no file which
// the run writes to is one that it needs otherwise.
#ifndef RATION_OUTPUT_NAME_H
#define RATION_OUTPUT_NAME_H

#include "config/options.h"

#include <stdbool.h>

// The format that a name promises and that is not JSON lines ("CSV", …), or NULL. *readable: JSON lines may
// stand under that name all the same. Pure.
const char *output_name_format(const char *name, bool *readable);

// What stands behind the folders; "" where it ends in /. Pure.
const char *output_name_last(const char *name);

// The two names lead to one file, which need not exist yet.
bool output_name_same(const char *a, const char *b);

// `path` is that of --`option`, which the run writes to, and of no other option; `errors` is the path of the
// errors file, or NULL. What is no regular file (a terminal, /dev/null) may have several. 0, or -1 after
// telling.
int output_name_apart(const struct options *options, const char *errors, const char *option,
                      const char *path);

// `errors` is the path of the errors file. 0, or -1 after telling what is wrong, and what to do. Opens and
// changes nothing.
int output_name_check(const struct options *options, const char *errors);

#endif
