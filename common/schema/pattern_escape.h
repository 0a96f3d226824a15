// What follows a backslash in a pattern of ECMAScript, in PCRE2's words. Pure.
#ifndef RATION_PATTERN_ESCAPE_H
#define RATION_PATTERN_ESCAPE_H

#include "ration/text.h"

#include <stdbool.h>

// A pattern in the making.
struct pattern_out {
    struct text text;
    bool refers_back;  // to what a group matched
    const char *words; // why it is refused; NULL: it is not
};

// At a backslash; moves behind what belongs to it. The text is terminated at `end`. False: it is refused.
bool pattern_escape_take(struct pattern_out *out, const char **at, const char *end, bool in_class);

#endif
