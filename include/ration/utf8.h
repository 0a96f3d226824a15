// UTF-8 as input must be, and text made fit for a message. Pure.
#ifndef RATION_UTF8_H
#define RATION_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_PRINTABLE_SIZE 80

// How many leading bytes are well-formed UTF-8 without a NUL (Unicode table 3-7: no overlong forms, no
// surrogates, nothing above U+10FFFF). Equal to `length` when all of them are.
size_t utf8_span(const char *text, size_t length);

// `length` without the character at the end that is not all there; for text that was cut.
size_t utf8_whole(const char *text, size_t length);

// Characters in well-formed UTF-8.
size_t utf8_count(const char *text, size_t length);

// The one rule of what a terminal, a log or a table may show of a text from outside.
enum utf8_kind {
    UTF8_PLAIN,
    UTF8_STEERS, // controls (C0, DEL, C1), line separators, what reorders text
    UTF8_BROKEN  // no UTF-8
};
// The character at `text`, which has `length` bytes, at least one: its value, and in *step its bytes. A
// broken byte is one alone.
enum utf8_kind utf8_look(const char *text, size_t length, size_t *step, uint32_t *character);
// Broken bytes become '?': what is left is UTF-8. In place; it never grows.
void utf8_mend(char *text);
// Likewise, and what steers becomes a space.
void utf8_defuse(char *text);
// A defused copy in `out`, cut to `size`. Returns `out`.
const char *utf8_shown(const char *text, char *out, size_t size);

// `text` for a message: what steers and ill-formed bytes as \xNN or \uNNNN, what does not fit as "...".
// Returns `out`.
const char *utf8_printable(const char *text, size_t length, char out[UTF8_PRINTABLE_SIZE]);

#endif
