// What follows a backslash in a pattern of ECMAScript, in PCRE2's words. Pure.
#ifndef SCHEMA_PATTERN_ESCAPE_H
#define SCHEMA_PATTERN_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

// A pattern in the making; malloc'ed bytes.
struct pattern_out {
    char *bytes;
    size_t length, capacity;
    bool failed;       // no memory
    bool refers_back;  // to what a group matched
    const char *words; // why it is refused; NULL: it is not
};

void pattern_escape_put(struct pattern_out *out, const char *bytes, size_t length);
void pattern_escape_put_string(struct pattern_out *out, const char *string);

// At a backslash; moves behind what belongs to it. The text is terminated at `end`. False: it is refused.
bool pattern_escape_take(struct pattern_out *out, const char **at, const char *end, bool in_class);

#endif
