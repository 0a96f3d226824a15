#include "limits/limit_moment.h"

#include "limits/limit_cursor.h"
#include "ration/clock.h"

#include <string.h>
#include <time.h>

#define LAST_SECOND (INT64_MAX / 1000000000LL)

// "Z", "+01:00", "+0100", or nothing, which is taken for UTC. Seconds east.
static bool take_offset(struct limit_cursor *cursor, int64_t *east) {
    int hours, minutes;
    *east = 0;
    if (cursor->at == cursor->end || limit_cursor_take(cursor, "Z") || limit_cursor_take(cursor, "z")) {
        return true;
    }
    bool minus = limit_cursor_take(cursor, "-");
    if ((!minus && !limit_cursor_take(cursor, "+")) || !limit_cursor_number(cursor, 2, 23, &hours)) {
        return false;
    }
    (void)limit_cursor_take(cursor, ":");
    if (!limit_cursor_number(cursor, 2, 59, &minutes)) {
        return false;
    }
    *east = (int64_t)(hours * 60 + minutes) * (minus ? -60 : 60);
    return true;
}

static bool set_moment(int64_t seconds, uint64_t fraction, uint64_t step, struct limit_time *out) {
    if (seconds < 0 || seconds >= LAST_SECOND) {
        return false;
    }
    *out = (struct limit_time){LIMIT_TIME_ABSOLUTE, (uint64_t)seconds * CLOCK_SECOND + fraction, step};
    return true;
}

static bool take_calendar(struct limit_cursor *cursor, struct tm *tm) {
    bool read = limit_cursor_number(cursor, 4, 9999, &tm->tm_year) && limit_cursor_take(cursor, "-") &&
                limit_cursor_number(cursor, 2, 12, &tm->tm_mon) && limit_cursor_take(cursor, "-") &&
                limit_cursor_number(cursor, 2, 31, &tm->tm_mday) &&
                (limit_cursor_take(cursor, "T") || limit_cursor_take(cursor, "t") ||
                 limit_cursor_take(cursor, " ")) &&
                limit_cursor_number(cursor, 2, 23, &tm->tm_hour) && limit_cursor_take(cursor, ":") &&
                limit_cursor_number(cursor, 2, 59, &tm->tm_min) && limit_cursor_take(cursor, ":") &&
                limit_cursor_number(cursor, 2, 60, &tm->tm_sec);
    if (!read || tm->tm_mon == 0 || tm->tm_mday == 0) {
        return false;
    }
    tm->tm_year -= 1900;
    tm->tm_mon--;
    return true;
}

bool limit_moment_rfc3339(const char *text, size_t length, struct limit_time *out) {
    struct limit_cursor cursor = {text, text + length};
    struct tm tm = {0};
    int64_t east;
    uint64_t fraction, step = CLOCK_SECOND;
    if (!take_calendar(&cursor, &tm) || !limit_cursor_fraction(&cursor, CLOCK_SECOND, &fraction, &step) ||
        !take_offset(&cursor, &east) || cursor.at != cursor.end) {
        return false;
    }
    int day = tm.tm_mday;
    bool leap = tm.tm_sec == 60;
    tm.tm_sec -= leap ? 1 : 0;
    time_t seconds = timegm(&tm);
    // timegm() makes 2 March of 30 February.
    return tm.tm_mday == day && set_moment((int64_t)seconds + (leap ? 1 : 0) - east, fraction, step, out);
}

static bool read_http_date(const char *text, size_t length, struct limit_time *out) {
    static const char *const forms[] = {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
                                        "%a %b %e %H:%M:%S %Y"};
    char copy[64];
    if (length >= sizeof(copy) || memchr(text, '\0', length) != NULL) {
        return false;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct tm tm = {0};
        const char *end = strptime(copy, forms[i], &tm);
        if (end != NULL && *end == '\0') {
            return set_moment((int64_t)timegm(&tm), 0, CLOCK_SECOND, out);
        }
    }
    return false;
}

// The date of answers is the same for a second.
bool limit_moment_http_date(const char *text, size_t length, struct limit_time *out) {
    static char last[40];
    static size_t last_length; // 0: nothing
    static struct limit_time time;
    if (length > 0 && length == last_length && memcmp(last, text, length) == 0) {
        *out = time;
        return true;
    }
    if (!read_http_date(text, length, out)) {
        return false;
    }
    if (length <= sizeof(last)) {
        memcpy(last, text, length);
        last_length = length;
        time = *out;
    }
    return true;
}
