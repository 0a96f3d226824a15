#include "limits/reset_moment.h"

#include "limits/limit_values.h"
#include "ration/clock.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#define DAY 86400
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool at_letter(const struct limit_cursor *cursor) {
    return cursor->at < cursor->end && isalpha((unsigned char)*cursor->at);
}

static bool at_digit(const struct limit_cursor *cursor) {
    return cursor->at < cursor->end && isdigit((unsigned char)*cursor->at);
}

// A word as a whole.
static bool take_word(struct limit_cursor *cursor, const char *word) {
    struct limit_cursor after = *cursor;
    if (!limit_cursor_take(&after, word) || at_letter(&after) || at_digit(&after)) {
        return false;
    }
    *cursor = after;
    return true;
}

// One or two digits.
static bool take_number(struct limit_cursor *cursor, int most, int *out) {
    uint64_t number;
    const char *from = cursor->at;
    if (!limit_cursor_count(cursor, &number) || cursor->at - from > 2 || number > (uint64_t)most) {
        return false;
    }
    *out = (int)number;
    return true;
}

// ---- days ----

static bool take_month(struct limit_cursor *cursor, int *month) {
    static const char *const names[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};
    for (int i = 0; i < (int)COUNT(names); i++) {
        if (limit_cursor_take(cursor, names[i])) {
            while (at_letter(cursor)) {
                cursor->at++;
            }
            (void)limit_cursor_take(cursor, ".");
            *month = i;
            return true;
        }
    }
    return false;
}

static bool take_day(struct limit_cursor *cursor, int *day) {
    static const char *const endings[] = {"st", "nd", "rd", "th"};
    if (!take_number(cursor, 31, day) || *day == 0) {
        return false;
    }
    for (size_t i = 0; i < COUNT(endings); i++) {
        (void)take_word(cursor, endings[i]);
    }
    return true;
}

static void skip_commas(struct limit_cursor *cursor) {
    while (limit_cursor_take(cursor, " ") || limit_cursor_take(cursor, ",") ||
           limit_cursor_take(cursor, "of ")) {}
}

// "2026-11-01"; "November 1st, 2026", "1 Nov 2026", both also without a year: then tm_year stays -1.
static bool take_date(struct limit_cursor *cursor, struct tm *tm) {
    struct limit_cursor from = *cursor;
    tm->tm_year = -1;
    if (limit_cursor_number(cursor, 4, 9999, &tm->tm_year) && limit_cursor_take(cursor, "-") &&
        limit_cursor_number(cursor, 2, 12, &tm->tm_mon) && limit_cursor_take(cursor, "-") &&
        limit_cursor_number(cursor, 2, 31, &tm->tm_mday) && tm->tm_mon > 0 && tm->tm_mday > 0) {
        tm->tm_year -= 1900;
        tm->tm_mon--;
        return true;
    }
    *cursor = from;
    tm->tm_year = -1;
    bool month_first = take_month(cursor, &tm->tm_mon);
    skip_commas(cursor);
    if (!take_day(cursor, &tm->tm_mday)) {
        return false;
    }
    skip_commas(cursor);
    if (!month_first && !take_month(cursor, &tm->tm_mon)) {
        return false;
    }
    from = *cursor;
    skip_commas(cursor);
    int year;
    if (limit_cursor_number(cursor, 4, 9999, &year) && !at_digit(cursor) && year > 1900) {
        tm->tm_year = year - 1900;
    } else {
        *cursor = from;
    }
    return true;
}

// ---- times of a day ----

// "pm". An hour that it does not go with becomes one that no day has.
static bool take_half(struct limit_cursor *cursor, struct tm *tm) {
    limit_cursor_skip_blanks(cursor);
    bool after_noon = take_word(cursor, "pm") || take_word(cursor, "p.m.");
    if (!after_noon && !take_word(cursor, "am") && !take_word(cursor, "a.m.")) {
        return false;
    }
    bool good = tm->tm_hour >= 1 && tm->tm_hour <= 12;
    tm->tm_hour = good ? tm->tm_hour % 12 + (after_noon ? 12 : 0) : 24;
    return true;
}

static bool take_seconds(struct limit_cursor *cursor, struct tm *tm) {
    uint64_t fraction, step = CLOCK_SECOND;
    bool fine = limit_cursor_number(cursor, 2, 60, &tm->tm_sec);
    if (fine && cursor->at + 1 < cursor->end && isdigit((unsigned char)cursor->at[1])) {
        (void)limit_cursor_fraction(cursor, CLOCK_SECOND, &fraction, &step);
    }
    return fine;
}

// "15:00", "15:00:30.5", "8 pm", "8:30 pm"
static bool take_time(struct limit_cursor *cursor, struct tm *tm) {
    if (!take_number(cursor, 23, &tm->tm_hour)) {
        return false;
    }
    bool colon = limit_cursor_take(cursor, ":");
    if (colon && (!limit_cursor_number(cursor, 2, 59, &tm->tm_min) ||
                  (limit_cursor_take(cursor, ":") && !take_seconds(cursor, tm)))) {
        return false;
    }
    bool half = !at_digit(cursor) && take_half(cursor, tm);
    return (colon || half) && !at_digit(cursor) && tm->tm_hour < 24;
}

// Seconds east of UTC. False: a zone of which we do not know when it is.
static bool take_zone(struct limit_cursor *cursor, bool *told, int64_t *east) {
    static const char *const others[] = {"pst", "pdt", "pt", "est", "edt",  "et",  "cst", "cdt", "ct",
                                         "mst", "mdt", "mt", "cet", "cest", "bst", "ist", "jst", "kst"};
    int hours, minutes;
    *east = 0;
    limit_cursor_skip_blanks(cursor);
    *told = take_word(cursor, "utc") || take_word(cursor, "gmt") || take_word(cursor, "z") ||
            take_word(cursor, "(utc)");
    for (size_t i = 0; i < COUNT(others) && !*told; i++) {
        if (take_word(cursor, others[i])) {
            return false;
        }
    }
    if (limit_cursor_take(cursor, "(")) {
        return false;
    }
    bool minus = limit_cursor_take(cursor, "-");
    if (!minus && !limit_cursor_take(cursor, "+")) {
        return true;
    }
    if (!limit_cursor_number(cursor, 2, 14, &hours)) {
        return false;
    }
    (void)limit_cursor_take(cursor, ":");
    if (!limit_cursor_number(cursor, 2, 59, &minutes)) {
        return false;
    }
    *told = true;
    *east = (int64_t)(hours * 60 + minutes) * (minus ? -60 : 60);
    return true;
}

// ---- moments ----

static bool seconds_of(const struct tm *tm, int64_t east, int64_t *seconds) {
    struct tm copy = *tm;
    *seconds = (int64_t)timegm(&copy) - east;
    return copy.tm_mday == tm->tm_mday; // timegm() makes 2 March of 30 February
}

// A date without a year.
static bool next_of(struct tm *tm, int64_t now, int64_t east, int64_t *seconds) {
    time_t today = (time_t)now;
    struct tm present;
    (void)gmtime_r(&today, &present);
    tm->tm_year = present.tm_year;
    if (seconds_of(tm, east, seconds) && *seconds > now) {
        return true;
    }
    tm->tm_year++;
    return seconds_of(tm, east, seconds);
}

// A time without a date: the next one.
static bool read_hour(struct limit_cursor cursor, int64_t now, int64_t *seconds) {
    struct tm tm = {0};
    bool told;
    int64_t east;
    if (!take_time(&cursor, &tm) || !take_zone(&cursor, &told, &east) || !told) {
        return false;
    }
    int64_t of_day = tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec - east; // of UTC: of whichever day
    of_day = (of_day % DAY + DAY) % DAY;
    *seconds = now - now % DAY + of_day;
    *seconds += *seconds <= now ? DAY : 0;
    return true;
}

bool reset_moment_read(struct limit_cursor cursor, int64_t now, int64_t *seconds) {
    struct tm tm = {0};
    int64_t east = 0;
    bool told;
    if (read_hour(cursor, now, seconds)) {
        return true;
    }
    if (!take_date(&cursor, &tm) || at_digit(&cursor)) {
        return false;
    }
    skip_commas(&cursor);
    (void)(limit_cursor_take(&cursor, "t") || limit_cursor_take(&cursor, "at "));
    if (at_digit(&cursor) && !take_time(&cursor, &tm)) {
        return false;
    }
    if (!take_zone(&cursor, &told, &east)) {
        return false;
    }
    return tm.tm_year >= 0 ? seconds_of(&tm, east, seconds) : next_of(&tm, now, east, seconds);
}
