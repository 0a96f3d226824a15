// The words of a command: what is wrong with them, as people are told it.
#ifndef RATION_EXPORT_WORDS_H
#define RATION_EXPORT_WORDS_H

#include "config/options.h"

#include <getopt.h>
#include <stdint.h>

// --input-format. 0, or -1 after telling.
int export_words_input_format(const char *text, enum options_format *format);
// The place of `text` in a list that ends with NULL, or -1 after telling; "" in it is no choice.
int export_words_choice(const char *option, const char *text, const char *const *list);
// 0 and *value, or -1 after telling.
int export_words_count(const char *option, const char *text, uint64_t most, uint64_t *value);
// What getopt_long() has just returned as '?' or ':'. Returns -1.
int export_words_unexpected(char **words, int code, const struct option *known);

#endif
