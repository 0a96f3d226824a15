#include "limits/limit_text.h"

#include "ration/ascii.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct cursor {
    const char *at, *end;
};

static bool digit(char c) {
    return c >= '0' && c <= '9';
}

static bool digit_next(const struct cursor *cursor) {
    return cursor->at < cursor->end && digit(*cursor->at);
}

static bool take(struct cursor *cursor, char c) {
    bool there = cursor->at < cursor->end && *cursor->at == c;
    cursor->at += there ? 1 : 0;
    return there;
}

// A comma, and three digits that no fourth one follows.
static bool thousands_next(const struct cursor *cursor) {
    const char *at = cursor->at;
    size_t digits = 0;
    if (at == cursor->end || *at != ',') {
        return false;
    }
    while (++at < cursor->end && digit(*at)) {
        digits++;
    }
    return digits == 3;
}

// "600", "6,000", "1,234,567"; what is beyond LIMIT_COUNT_MOST comes out above it.
static bool take_grouped(struct cursor *cursor, uint64_t *out) {
    const char *first = cursor->at;
    *out = 0;
    while (digit_next(cursor) || (cursor->at > first && cursor->at - first <= 3 && thousands_next(cursor))) {
        if (take(cursor, ',')) {
            first = cursor->at; // of the next three
            continue;
        }
        uint64_t next = *out * 10 + (uint64_t)(*cursor->at++ - '0');
        *out = next > LIMIT_COUNT_MOST ? LIMIT_COUNT_MOST + 1 : next;
    }
    return cursor->at > first;
}

// A fraction is cut off, but "-0.5" is below zero.
static bool take_rest(struct cursor *cursor, bool *zero) {
    *zero = true;
    if (!take(cursor, '.')) {
        return cursor->at == cursor->end;
    }
    const char *first = cursor->at;
    for (; digit_next(cursor); cursor->at++) {
        *zero = *zero && *cursor->at == '0';
    }
    return cursor->at > first && cursor->at == cursor->end;
}

enum limit_value limit_text_count(const char *text, size_t length, uint64_t *out) {
    struct cursor cursor = {text, text + length};
    bool minus = take(&cursor, '-');
    uint64_t count;
    bool whole;
    if (!minus) {
        (void)take(&cursor, '+');
    }
    if (!take_grouped(&cursor, &count) || !take_rest(&cursor, &whole) ||
        (!minus && count > LIMIT_COUNT_MOST)) {
        return LIMIT_VALUE_BAD;
    }
    *out = minus ? 0 : count;
    if (!minus || (count == 0 && whole)) {
        return LIMIT_VALUE_GOOD;
    }
    return count == 1 && whole ? LIMIT_VALUE_UNKNOWN : LIMIT_VALUE_NEGATIVE;
}

struct limit_span limit_text_trimmed(const char *at, size_t length) {
    while (length > 0 && ascii_white(*at)) {
        at++;
        length--;
    }
    while (length > 0 && ascii_white(at[length - 1])) {
        length--;
    }
    return (struct limit_span){at, length};
}

void limit_text_unquote(const char **text, size_t *length) {
    const char *at = *text;
    size_t most = *length;
    if (most < 2 || (at[0] != '"' && at[0] != '\'') || at[most - 1] != at[0]) {
        return;
    }
    for (at++, most -= 2; most > 0 && ascii_blank(*at); most--) {
        at++;
    }
    while (most > 0 && ascii_blank(at[most - 1])) {
        most--;
    }
    *text = at;
    *length = most;
}

// "Sun, 06 Nov 1994 08:49:37 GMT": the name of a day before the comma.
static bool in_date(const char *element, const char *comma) {
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    size_t length = (size_t)(comma - element);
    if (length < 3 || length > sizeof("Wednesday") - 1 || !isalpha((unsigned char)comma[-1])) {
        return false;
    }
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        if (strncasecmp(element, days[i], 3) == 0) {
            return true;
        }
    }
    return false;
}

// The comma belongs to a number: "6,000".
static bool in_number(const char *element, const struct cursor *comma) {
    const char *at = comma->at;
    while (at > element && digit(at[-1])) {
        at--;
    }
    return comma->at > at && comma->at - at <= 3 && thousands_next(comma);
}

bool limit_text_element(const char **text, size_t *length, const char **element, size_t *element_length) {
    struct cursor cursor = {*text, *text + *length};
    while (cursor.at < cursor.end && (ascii_blank(*cursor.at) || *cursor.at == ',')) {
        cursor.at++;
    }
    const char *first = cursor.at;
    while (cursor.at < cursor.end &&
           (*cursor.at != ',' || in_number(first, &cursor) || in_date(first, cursor.at))) {
        cursor.at++;
    }
    const char *end = cursor.at;
    while (end > first && ascii_blank(end[-1])) {
        end--;
    }
    *element = first;
    *element_length = (size_t)(end - first);
    limit_text_unquote(element, element_length);
    *text = cursor.at;
    *length = (size_t)(cursor.end - cursor.at);
    return end > first;
}
