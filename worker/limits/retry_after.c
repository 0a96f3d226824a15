#include "limits/retry_after.h"

#include "limits/limit_moment.h"
#include "limits/limit_values.h"
#include "ration/clock.h"

#include <stddef.h>
#include <string.h>

struct moment {
    const char *date;
    uint64_t wall_ns;
};

static uint64_t now_of(const struct moment *moment) {
    struct limit_time date;
    return limit_moment_http_date(moment->date, strlen(moment->date), &date) ? date.ns : moment->wall_ns;
}

// A bare number of seconds since 1970 is less than a year away, or it is nonsense.
static bool near(uint64_t now, uint64_t at) {
    return (at > now ? at - now : now - at) <= LIMIT_TIME_MOST;
}

static bool digits(const char *text, size_t length) {
    return strspn(text, "+.0123456789") >= length;
}

// A number in `unit`s, or a moment as a number.
static bool read_number(const char *text, size_t length, uint64_t unit, uint64_t now, uint64_t *wait) {
    struct limit_time time;
    if (limit_values_time(text, length, &time) != LIMIT_VALUE_GOOD) {
        return false;
    }
    bool moment = time.form == LIMIT_TIME_ABSOLUTE;
    if (moment && near(now, time.ns)) {
        *wait = time.ns > now ? time.ns - now : 0;
        return true;
    }
    *wait = time.ns / (CLOCK_SECOND / unit);
    return *wait <= LIMIT_TIME_MOST;
}

static bool read_one(const char *text, size_t length, uint64_t unit, const struct moment *moment,
                     uint64_t *wait) {
    struct limit_time time;
    if (digits(text, length)) {
        return read_number(text, length, unit, now_of(moment), wait);
    }
    if (limit_values_time(text, length, &time) != LIMIT_VALUE_GOOD) {
        return false;
    }
    uint64_t now = time.form == LIMIT_TIME_ABSOLUTE ? now_of(moment) : 0;
    *wait = time.ns > now ? time.ns - now : 0;
    return true;
}

static void read_list(const char *text, uint64_t unit, const struct moment *moment,
                      struct retry_after *longest) {
    size_t length = strlen(text), element_length;
    const char *element;
    while (limit_text_element(&text, &length, &element, &element_length)) {
        uint64_t wait;
        if (!read_one(element, element_length, unit, moment, &wait)) {
            longest->unreadable = true;
            continue;
        }
        longest->told = true;
        longest->asked = wait > longest->asked ? wait : longest->asked;
    }
}

struct retry_after retry_after_read(const struct retry_after_headers *headers, uint64_t wall_ns) {
    struct retry_after longest = {0};
    struct moment moment = {headers->date, wall_ns};
    read_list(headers->retry_after_ms, CLOCK_MS, &moment, &longest);
    read_list(headers->retry_after, CLOCK_SECOND, &moment, &longest);
    longest.wait = longest.asked < RETRY_AFTER_LONGEST ? longest.asked : RETRY_AFTER_LONGEST;
    return longest;
}
