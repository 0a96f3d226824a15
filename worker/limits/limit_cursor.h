// A place in a header's text, and what is taken from there. What was not taken leaves it somewhere in
// between. Pure.
#ifndef RATION_LIMIT_CURSOR_H
#define RATION_LIMIT_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

struct limit_cursor {
    const char *at, *end;
};

// Just this text; false: another one, and the cursor stays.
bool limit_cursor_take(struct limit_cursor *cursor, const char *text);
void limit_cursor_skip_blanks(struct limit_cursor *cursor);
// At least one digit, up to LIMIT_COUNT_MOST.
bool limit_cursor_count(struct limit_cursor *cursor, uint64_t *out);
// An optional fraction of `unit` nanoseconds; *step becomes the worth of its last digit, where that is less.
bool limit_cursor_fraction(struct limit_cursor *cursor, uint64_t unit, uint64_t *out, uint64_t *step);
// Just `digits` digits, which are worth up to `most`.
bool limit_cursor_number(struct limit_cursor *cursor, int digits, int most, int *out);

#endif
