#include "limits/limit_values.h"

#include "ration/clock.h"

#include <string.h>
#include <time.h>

#define EPOCH_SECONDS 1000000000ULL         // bare numbers from here on are no waits but moments,
#define EPOCH_MILLISECONDS 1000000000000ULL // and from here on in milliseconds
#define LAST_SECOND (INT64_MAX / 1000000000LL)

struct cursor {
    const char *at, *end;
};

static bool digit_next(const struct cursor *cursor) {
    return cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9';
}

static bool take(struct cursor *cursor, const char *text) {
    size_t length = strlen(text);
    if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, text, length) != 0) {
        return false;
    }
    cursor->at += length;
    return true;
}

static void skip_blanks(struct cursor *cursor) {
    while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\t')) {
        cursor->at++;
    }
}

// At least one digit, up to LIMIT_COUNT_MOST.
static bool take_count(struct cursor *cursor, uint64_t *out) {
    const char *first = cursor->at;
    uint64_t count = 0;
    for (; digit_next(cursor); cursor->at++) {
        count = count * 10 + (uint64_t)(*cursor->at - '0');
        if (count > LIMIT_COUNT_MOST) {
            return false;
        }
    }
    *out = count;
    return cursor->at > first;
}

// An optional fraction of `unit` nanoseconds; *step becomes the worth of its last digit, where that is less.
static bool take_fraction(struct cursor *cursor, uint64_t unit, uint64_t *out, uint64_t *step) {
    *out = 0;
    if (!take(cursor, ".")) {
        return true;
    }
    const char *first = cursor->at;
    for (uint64_t worth = unit / 10; digit_next(cursor); cursor->at++, worth /= 10) {
        *out += (uint64_t)(*cursor->at - '0') * worth;
        if (worth > 0 && worth < *step) {
            *step = worth;
        }
    }
    return cursor->at > first;
}

static bool take_unit(struct cursor *cursor, uint64_t *unit) {
    // The longer names first. The micro sign exists twice in Unicode.
    static const struct {
        const char *name;
        uint64_t ns;
    } units[] = {
        {"ns", 1},
        {"us", 1000},
        {"\xc2\xb5s", 1000},
        {"\xce\xbcs", 1000},
        {"milliseconds", CLOCK_MS},
        {"millisecond", CLOCK_MS},
        {"ms", CLOCK_MS},
        {"seconds", CLOCK_SECOND},
        {"second", CLOCK_SECOND},
        {"secs", CLOCK_SECOND},
        {"sec", CLOCK_SECOND},
        {"s", CLOCK_SECOND},
        {"minutes", 60 * CLOCK_SECOND},
        {"minute", 60 * CLOCK_SECOND},
        {"mins", 60 * CLOCK_SECOND},
        {"min", 60 * CLOCK_SECOND},
        {"m", 60 * CLOCK_SECOND},
        {"hours", CLOCK_HOUR},
        {"hour", CLOCK_HOUR},
        {"h", CLOCK_HOUR},
        {"days", 86400 * CLOCK_SECOND},
        {"day", 86400 * CLOCK_SECOND},
        {"d", 86400 * CLOCK_SECOND},
    };
    skip_blanks(cursor);
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (take(cursor, units[i].name)) {
            *unit = units[i].ns;
            return true;
        }
    }
    return false;
}

// The unit follows the fraction that it gives a meaning to, so the digits are read twice.
static bool take_term(struct cursor *cursor, uint64_t *ns) {
    uint64_t whole, fraction, unit, step = CLOCK_SECOND;
    if (!take_count(cursor, &whole)) {
        return false;
    }
    struct cursor again = *cursor;
    if (!take_fraction(cursor, CLOCK_SECOND, &fraction, &step) || !take_unit(cursor, &unit) ||
        !take_fraction(&again, unit, &fraction, &step) || whole > LIMIT_TIME_MOST / unit) {
        return false;
    }
    *ns = whole * unit + fraction;
    return true;
}

bool limit_values_go(const char *text, size_t length, struct limit_time *out) {
    struct cursor cursor = {text, text + length};
    uint64_t sum = 0;
    while (cursor.at < cursor.end) {
        uint64_t term;
        if (!take_term(&cursor, &term) || term > LIMIT_TIME_MOST || sum > LIMIT_TIME_MOST - term) {
            return false;
        }
        sum += term;
        if (cursor.at < cursor.end) {
            skip_blanks(&cursor);
            if (cursor.at == cursor.end) {
                return false;
            }
        }
    }
    *out = (struct limit_time){LIMIT_TIME_UNITS, sum, sum % CLOCK_MS == 0 ? CLOCK_MS : 1000};
    return length > 0;
}

static bool read_seconds(const char *text, size_t length, struct limit_time *out) {
    struct cursor cursor = {text, text + length};
    uint64_t whole, fraction, step = CLOCK_SECOND, unit = CLOCK_SECOND;
    if (!take_count(&cursor, &whole)) {
        return false;
    }
    bool moment = whole >= EPOCH_SECONDS;
    if (whole >= EPOCH_MILLISECONDS) {
        unit = step = CLOCK_MS;
    }
    if (!take_fraction(&cursor, unit, &fraction, &step) || cursor.at != cursor.end ||
        whole > (moment ? (uint64_t)INT64_MAX : LIMIT_TIME_MOST) / unit - 1) {
        return false;
    }
    *out =
        (struct limit_time){moment ? LIMIT_TIME_ABSOLUTE : LIMIT_TIME_SECONDS, whole * unit + fraction, step};
    return true;
}

// Just `digits` of them.
static bool take_number(struct cursor *cursor, int digits, int most, int *out) {
    *out = 0;
    for (int i = 0; i < digits; i++, cursor->at++) {
        if (!digit_next(cursor)) {
            return false;
        }
        *out = *out * 10 + (*cursor->at - '0');
    }
    return *out <= most;
}

// "Z", "+01:00", "+0100", or nothing, which is taken for UTC. Seconds east.
static bool take_offset(struct cursor *cursor, int64_t *east) {
    int hours, minutes;
    *east = 0;
    if (cursor->at == cursor->end || take(cursor, "Z") || take(cursor, "z")) {
        return true;
    }
    bool minus = take(cursor, "-");
    if ((!minus && !take(cursor, "+")) || !take_number(cursor, 2, 23, &hours)) {
        return false;
    }
    (void)take(cursor, ":");
    if (!take_number(cursor, 2, 59, &minutes)) {
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

static bool take_calendar(struct cursor *cursor, struct tm *tm) {
    bool read = take_number(cursor, 4, 9999, &tm->tm_year) && take(cursor, "-") &&
                take_number(cursor, 2, 12, &tm->tm_mon) && take(cursor, "-") &&
                take_number(cursor, 2, 31, &tm->tm_mday) &&
                (take(cursor, "T") || take(cursor, "t") || take(cursor, " ")) &&
                take_number(cursor, 2, 23, &tm->tm_hour) && take(cursor, ":") &&
                take_number(cursor, 2, 59, &tm->tm_min) && take(cursor, ":") &&
                take_number(cursor, 2, 60, &tm->tm_sec);
    if (!read || tm->tm_mon == 0 || tm->tm_mday == 0) {
        return false;
    }
    tm->tm_year -= 1900;
    tm->tm_mon--;
    return true;
}

static bool read_rfc3339(const char *text, size_t length, struct limit_time *out) {
    struct cursor cursor = {text, text + length};
    struct tm tm = {0};
    int64_t east;
    uint64_t fraction, step = CLOCK_SECOND;
    if (!take_calendar(&cursor, &tm) || !take_fraction(&cursor, CLOCK_SECOND, &fraction, &step) ||
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

bool limit_values_http_date(const char *text, size_t length, struct limit_time *out) {
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

enum limit_value limit_values_time(const char *text, size_t length, struct limit_time *out) {
    if (length == 2 && memcmp(text, "-1", 2) == 0) {
        return LIMIT_VALUE_UNKNOWN;
    }
    if (length > 1 && text[0] == '+' && text[1] >= '0' && text[1] <= '9') {
        text++;
        length--;
    }
    return read_seconds(text, length, out) || limit_values_go(text, length, out) ||
                   read_rfc3339(text, length, out) || limit_values_http_date(text, length, out)
               ? LIMIT_VALUE_GOOD
               : LIMIT_VALUE_BAD;
}
