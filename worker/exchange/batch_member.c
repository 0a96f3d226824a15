#include "exchange/batch_member.h"

#include "limits/limit_moment.h"
#include "ration/clock.h"

#include <stdlib.h>
#include <string.h>

bool batch_member_is_text(const struct json_piece *value) {
    return value->length >= 2 && value->text[0] == '"';
}

// A string without its escapes, for people and as ids: what is not plain becomes a blank. True: it is a
// string that is not empty, and fits.
bool batch_member_text(const struct json_piece *object, const char *name, char *out, size_t size) {
    struct json_piece value;
    size_t used = 0;
    out[0] = '\0';
    if (object->length == 0 || !json_scan_find(object, name, &value) || !batch_member_is_text(&value)) {
        return false;
    }
    for (size_t i = 1; i + 1 < value.length && used + 1 < size; i++) {
        char c = value.text[i];
        if (c == '\\') {
            i += value.text[i + 1] == 'u' && i + 6 < value.length ? 5 : 1;
            c = value.text[i] == '"' || value.text[i] == '\\' || value.text[i] == '/' ? value.text[i] : ' ';
        }
        out[used++] = c;
    }
    out[used] = '\0';
    return used > 0;
}

// A whole number, also as a string of digits; 0: it is none.
uint64_t batch_member_number(const struct json_piece *object, const char *name) {
    struct json_piece value;
    char digits[24];
    if (object->length == 0 || !json_scan_find(object, name, &value)) {
        return 0;
    }
    size_t from = batch_member_is_text(&value) ? 1 : 0;
    size_t count = 0;
    while (from + count < value.length && count + 1 < sizeof(digits) - 1 && value.text[from + count] >= '0' &&
           value.text[from + count] <= '9') {
        digits[count] = value.text[from + count];
        count++;
    }
    digits[count] = '\0';
    return count > 0 && count < 19 ? strtoull(digits, NULL, 10) : 0;
}

// RFC 3339 of UTC, to the second; 0: it is none.
uint64_t batch_member_moment(const struct json_piece *object, const char *name) {
    char text[40];
    struct limit_time time;
    if (!batch_member_text(object, name, text, sizeof(text)) ||
        !limit_moment_rfc3339(text, strlen(text), &time)) {
        return 0;
    }
    return time.ns / CLOCK_SECOND;
}

// A number above 9999999999 is of milliseconds; RFC 3339, as Azure and Together write it, begins with a year.
uint64_t batch_member_time(const struct json_piece *object, const char *name) {
    uint64_t number = batch_member_number(object, name);
    if (number > 9999999999ULL) {
        return number / 1000;
    }
    return number > 9999 ? number : batch_member_moment(object, name);
}

struct json_piece batch_member_piece(const struct json_piece *object, const char *name, char first) {
    struct json_piece value;
    if (object->length > 0 && json_scan_find(object, name, &value) && value.length > 0 &&
        value.text[0] == first) {
        return value;
    }
    return (struct json_piece){NULL, 0};
}
