#include "limits/reset_text.h"

#include "limits/limit_cursor.h"
#include "limits/limit_values.h"
#include "limits/reset_moment.h"
#include "ration/clock.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define MESSAGE_MOST 1024U // bytes that are looked at
#define SPAN_MOST 48U      // bytes of a span

// What stands before the moment, as whole words.
static const char *const words[] = {
    "regain access",   "reset",        "resets",    "renew",     "renews", "refill", "refills",
    "available again", "access again", "try again", "try after", "retry",  "until",  "restored",
};

// Words that may stand between.
static const char *const between[] = {"on", "at",   "in",    "after",  "is",
                                      "by", "time", "again", "within", "date"};

// ---- spans ----

// "1 day and 3 hours" as "1 day 3 hours", up to a word that cannot belong to it.
static size_t plain_span(struct limit_cursor cursor, char out[SPAN_MOST + 1]) {
    size_t length = 0;
    while (cursor.at < cursor.end && length < SPAN_MOST) {
        if (limit_cursor_take(&cursor, ",") || limit_cursor_take(&cursor, " and ")) {
            out[length++] = ' ';
        } else {
            out[length++] = *cursor.at++;
        }
    }
    out[length] = '\0';
    return length;
}

static bool read_span(const struct limit_cursor *cursor, uint64_t *wait) {
    char plain[SPAN_MOST + 1];
    for (size_t length = plain_span(*cursor, plain); length > 0; length--) {
        struct limit_time time;
        if (!isalnum((unsigned char)plain[length]) && limit_values_go(plain, length, &time)) {
            *wait = time.ns;
            return true;
        }
    }
    return false;
}

static bool take_between(struct limit_cursor *cursor) {
    if (limit_cursor_take(cursor, " ") || limit_cursor_take(cursor, ":")) {
        return true;
    }
    for (size_t i = 0; i < COUNT(between); i++) {
        struct limit_cursor after = *cursor;
        if (limit_cursor_take(&after, between[i]) && !isalnum((unsigned char)*after.at)) {
            *cursor = after;
            return true;
        }
    }
    return false;
}

static bool read_behind(struct limit_cursor cursor, uint64_t wall_ns, uint64_t *wait) {
    int64_t now = (int64_t)(wall_ns / CLOCK_SECOND), seconds;
    if (!take_between(&cursor)) {
        return false;
    }
    while (take_between(&cursor)) {}
    if (reset_moment_read(cursor, now, &seconds)) {
        bool ahead = seconds > now && (uint64_t)(seconds - now) <= RESET_TEXT_LONGEST / CLOCK_SECOND;
        *wait = ahead ? (uint64_t)(seconds - now) * CLOCK_SECOND : 0;
        return ahead;
    }
    return read_span(&cursor, wait) && *wait > 0 && *wait <= RESET_TEXT_LONGEST;
}

bool reset_text_read(const char *message, uint64_t wall_ns, uint64_t *wait) {
    char plain[MESSAGE_MOST + 1] = {0};
    size_t length = 0;
    for (; message != NULL && message[length] != '\0' && length < MESSAGE_MOST; length++) {
        plain[length] = (char)tolower((unsigned char)message[length]);
    }
    plain[length] = '\0';
    for (size_t at = 0; at < length; at++) {
        for (size_t i = 0; i < COUNT(words) && (at == 0 || !isalnum((unsigned char)plain[at - 1])); i++) {
            struct limit_cursor cursor = {plain + at, plain + length};
            if (limit_cursor_take(&cursor, words[i]) && read_behind(cursor, wall_ns, wait)) {
                return true;
            }
        }
    }
    return false;
}
