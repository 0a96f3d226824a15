// The values of options: from text to a member of struct options. Private to the files of options.
#ifndef RATION_OPTIONS_VALUE_H
#define RATION_OPTIONS_VALUE_H

#include "config/options.h"
#include "config/options_table.h"

// 0, or -1: `text` is no value of this option, and `problem` says why: "\"x\" is not a whole number from 1 to
// 9".
int options_value_store(const struct options_row *row, const char *text, struct options *options,
                        char problem[OPTIONS_PROBLEM_SIZE]);

// Yes and no as people write them. 0, or -1.
int options_value_flag(const char *text, bool *out);

#endif
