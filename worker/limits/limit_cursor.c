#include "limits/limit_cursor.h"

#include "limits/limit_text.h"

#include <string.h>

static bool at_digit(const struct limit_cursor *cursor) {
    return cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9';
}

bool limit_cursor_take(struct limit_cursor *cursor, const char *text) {
    size_t length = strlen(text);
    if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, text, length) != 0) {
        return false;
    }
    cursor->at += length;
    return true;
}

void limit_cursor_skip_blanks(struct limit_cursor *cursor) {
    while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\t')) {
        cursor->at++;
    }
}

bool limit_cursor_count(struct limit_cursor *cursor, uint64_t *out) {
    const char *first = cursor->at;
    uint64_t count = 0;
    for (; at_digit(cursor); cursor->at++) {
        count = count * 10 + (uint64_t)(*cursor->at - '0');
        if (count > LIMIT_COUNT_MOST) {
            return false;
        }
    }
    *out = count;
    return cursor->at > first;
}

bool limit_cursor_fraction(struct limit_cursor *cursor, uint64_t unit, uint64_t *out, uint64_t *step) {
    *out = 0;
    if (!limit_cursor_take(cursor, ".")) {
        return true;
    }
    const char *first = cursor->at;
    for (uint64_t worth = unit / 10; at_digit(cursor); cursor->at++, worth /= 10) {
        *out += (uint64_t)(*cursor->at - '0') * worth;
        if (worth > 0 && worth < *step) {
            *step = worth;
        }
    }
    return cursor->at > first;
}

bool limit_cursor_number(struct limit_cursor *cursor, int digits, int most, int *out) {
    *out = 0;
    for (int i = 0; i < digits; i++, cursor->at++) {
        if (!at_digit(cursor)) {
            return false;
        }
        *out = *out * 10 + (*cursor->at - '0');
    }
    return *out <= most;
}
