// UTF-8 as input must be, and text made fit for a message. Pure.
#ifndef RATION_UTF8_H
#define RATION_UTF8_H

#include <stddef.h>

#define UTF8_PRINTABLE_SIZE 80

// How many leading bytes are well-formed UTF-8 without a NUL (Unicode table 3-7: no overlong forms, no surrogates,
// nothing above U+10FFFF). Equal to `length` when all of them are.
size_t utf8_span(const char *text, size_t length);

// Characters in well-formed UTF-8.
size_t utf8_count(const char *text, size_t length);

// `text` for a message: control characters and ill-formed bytes as \xNN, what does not fit as "...". Returns `out`.
const char *utf8_printable(const char *text, size_t length, char out[UTF8_PRINTABLE_SIZE]);

#endif
