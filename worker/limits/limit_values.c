#include "limits/limit_values.h"

#include "limits/limit_cursor.h"
#include "limits/limit_moment.h"
#include "ration/clock.h"

#include <string.h>

#define EPOCH_SECONDS 1000000000ULL         // bare numbers from here on are no waits but moments,
#define EPOCH_MILLISECONDS 1000000000000ULL // and from here on in milliseconds

static bool take_unit(struct limit_cursor *cursor, uint64_t *unit) {
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
        {"hrs", CLOCK_HOUR},
        {"hr", CLOCK_HOUR},
        {"h", CLOCK_HOUR},
        {"days", CLOCK_DAY},
        {"day", CLOCK_DAY},
        {"d", CLOCK_DAY},
        {"weeks", 7 * CLOCK_DAY},
        {"week", 7 * CLOCK_DAY},
    };
    limit_cursor_skip_blanks(cursor);
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (limit_cursor_take(cursor, units[i].name)) {
            *unit = units[i].ns;
            return true;
        }
    }
    return false;
}

// The unit follows the fraction that it gives a meaning to, so the digits are read twice.
static bool take_term(struct limit_cursor *cursor, uint64_t *ns) {
    uint64_t whole, fraction, unit, step = CLOCK_SECOND;
    if (!limit_cursor_count(cursor, &whole)) {
        return false;
    }
    struct limit_cursor again = *cursor;
    if (!limit_cursor_fraction(cursor, CLOCK_SECOND, &fraction, &step) || !take_unit(cursor, &unit) ||
        !limit_cursor_fraction(&again, unit, &fraction, &step) || whole > LIMIT_TIME_MOST / unit) {
        return false;
    }
    *ns = whole * unit + fraction;
    return true;
}

bool limit_values_go(const char *text, size_t length, struct limit_time *out) {
    struct limit_cursor cursor = {text, text + length};
    uint64_t sum = 0;
    while (cursor.at < cursor.end) {
        uint64_t term;
        if (!take_term(&cursor, &term) || term > LIMIT_TIME_MOST || sum > LIMIT_TIME_MOST - term) {
            return false;
        }
        sum += term;
        if (cursor.at < cursor.end) {
            limit_cursor_skip_blanks(&cursor);
            if (cursor.at == cursor.end) {
                return false;
            }
        }
    }
    *out = (struct limit_time){LIMIT_TIME_UNITS, sum, sum % CLOCK_MS == 0 ? CLOCK_MS : 1000};
    return length > 0;
}

static bool read_seconds(const char *text, size_t length, struct limit_time *out) {
    struct limit_cursor cursor = {text, text + length};
    uint64_t whole, fraction, step = CLOCK_SECOND, unit = CLOCK_SECOND;
    if (!limit_cursor_count(&cursor, &whole)) {
        return false;
    }
    bool moment = whole >= EPOCH_SECONDS;
    if (whole >= EPOCH_MILLISECONDS) {
        unit = step = CLOCK_MS;
    }
    if (!limit_cursor_fraction(&cursor, unit, &fraction, &step) || cursor.at != cursor.end ||
        whole > (moment ? (uint64_t)INT64_MAX : LIMIT_TIME_MOST) / unit - 1) {
        return false;
    }
    *out =
        (struct limit_time){moment ? LIMIT_TIME_ABSOLUTE : LIMIT_TIME_SECONDS, whole * unit + fraction, step};
    return true;
}

static bool read_time(const char *text, size_t length, struct limit_time *out) {
    if (length > 1 && text[0] == '+' && text[1] >= '0' && text[1] <= '9') {
        text++;
        length--;
    }
    return read_seconds(text, length, out) || limit_values_go(text, length, out) ||
           limit_moment_rfc3339(text, length, out) || limit_moment_http_date(text, length, out);
}

// The same texts come with one answer after another, moments for a second long. Another one takes the place.
#define PLACES 16U
#define KEPT_MOST 40U

enum limit_value limit_values_time(const char *text, size_t length, struct limit_time *out) {
    static struct {
        char text[KEPT_MOST];
        size_t length; // 0: nothing
        struct limit_time time;
    } kept[PLACES];
    if (length == 2 && memcmp(text, "-1", 2) == 0) {
        return LIMIT_VALUE_UNKNOWN;
    }
    if (length == 0 || length > KEPT_MOST) {
        return read_time(text, length, out) ? LIMIT_VALUE_GOOD : LIMIT_VALUE_BAD;
    }
    size_t place = (length + (size_t)(unsigned char)text[length / 2] * 3U +
                    (size_t)(unsigned char)text[length - 1] * 5U) %
                   PLACES;
    if (kept[place].length == length && memcmp(kept[place].text, text, length) == 0) {
        *out = kept[place].time;
        return LIMIT_VALUE_GOOD;
    }
    if (!read_time(text, length, out)) {
        return LIMIT_VALUE_BAD;
    }
    memcpy(kept[place].text, text, length);
    kept[place].length = length;
    kept[place].time = *out;
    return LIMIT_VALUE_GOOD;
}
