// The values of rate-limit headers as texts: counts, lists, quotes. Texts are bytes with a length, without
// surrounding white space. Pure; nothing that a server sends can do more than be bad.
#ifndef RATION_LIMIT_TEXT_H
#define RATION_LIMIT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIMIT_COUNT_MOST 999999999999999ULL // 15 digits, as RFC 9651 has them; larger ones are bad

enum limit_value {
    LIMIT_VALUE_GOOD,
    LIMIT_VALUE_UNKNOWN,  // -1: the server says that it does not know, or that one too many was taken
    LIMIT_VALUE_NEGATIVE, // a count below -1: more was taken than there was
    LIMIT_VALUE_BAD,
};

// Digits, and what servers put around them: a sign, thousands ("6,000"), a fraction, which is cut off
// ("600.0"). Below zero *out is 0.
enum limit_value limit_text_count(const char *text, size_t length, uint64_t *out);

struct limit_span {
    const char *at;
    size_t length;
};
// Without the white space around it.
struct limit_span limit_text_trimmed(const char *at, size_t length);

// Takes the quotes off that stand around a whole value, and the blanks inside of them.
void limit_text_unquote(const char **text, size_t *length);
// The next element of a list with commas; one between thousands ("6,000"), or inside of a date, ends none.
// False: there is none left. *text and *length become what stands behind it.
bool limit_text_element(const char **text, size_t *length, const char **element, size_t *element_length);

#endif
