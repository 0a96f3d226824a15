// The text of an ECMAScript pattern in PCRE2's words: what both mean in another way is written out, what
// ECMAScript has not is refused. Pure.
#ifndef RATION_PATTERN_TEXT_H
#define RATION_PATTERN_TEXT_H

#include "ration/pattern.h"
#include "ration/text.h"

#include <stdbool.h>

struct pattern_text {
    struct text text;
    bool refers_back; // to what a group matched
};

// False: what is wrong is in `words`, or there is no memory and they stay. To be freed in any case.
bool pattern_text_make(struct pattern_text *text, const char *pattern, size_t length,
                       char words[PATTERN_WORDS]);
void pattern_text_free(struct pattern_text *text);

#endif
