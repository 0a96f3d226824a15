#include "limits/retry_after.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

#define SECOND 1000000000ULL
#define MILLISECOND 1000000ULL
#define ABSURD (366 * RETRY_AFTER_LONGEST) // from here on a number is no wait: nobody stops for years

// Digits, and optionally a dot and more digits, in `unit` nanoseconds. Anything else is no number.
static bool read_decimal(const char *text, uint64_t unit, uint64_t *out) {
    uint64_t whole = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++) {
        if (whole <= ABSURD) {
            whole = whole * 10 + (uint64_t)(*at - '0');
        }
    }
    if (at == text) {
        return false;
    }
    uint64_t fraction = 0;
    if (*at == '.') {
        const char *first = ++at;
        for (uint64_t scale = unit / 10; *at >= '0' && *at <= '9'; at++, scale /= 10) {
            fraction += (uint64_t)(*at - '0') * scale;
        }
        if (at == first) {
            return false;
        }
    }
    if (*at != '\0') {
        return false;
    }
    if (whole > ABSURD / unit) {
        return false;
    }
    *out = whole > RETRY_AFTER_LONGEST / unit ? RETRY_AFTER_LONGEST : whole * unit + fraction;
    return true;
}

// The three forms of RFC 9110. Seconds since 1970.
static bool read_date(const char *text, time_t *out) {
    static const char *const form[] = {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
                                       "%a %b %e %H:%M:%S %Y"};
    for (size_t i = 0; i < sizeof form / sizeof form[0]; i++) {
        struct tm tm = {0};
        const char *end = strptime(text, form[i], &tm);
        if (end != NULL && *end == '\0') {
            *out = timegm(&tm);
            return *out >= 0;
        }
    }
    return false;
}

static bool read_until(const char *text, const char *date, uint64_t wall_ns, uint64_t *wait) {
    time_t until, now;
    if (!read_date(text, &until)) {
        return false;
    }
    if (!read_date(date, &now)) {
        now = (time_t)(wall_ns / SECOND);
    }
    uint64_t seconds = until > now ? (uint64_t)(until - now) : 0;
    *wait = seconds > RETRY_AFTER_LONGEST / SECOND ? RETRY_AFTER_LONGEST : seconds * SECOND;
    return true;
}

bool retry_after_read(const struct retry_after_headers *headers, uint64_t wall_ns, uint64_t *wait_ns) {
    bool found = read_decimal(headers->retry_after_ms, MILLISECOND, wait_ns) ||
                 read_decimal(headers->retry_after, SECOND, wait_ns) ||
                 read_until(headers->retry_after, headers->date, wall_ns, wait_ns);
    if (found && *wait_ns > RETRY_AFTER_LONGEST) {
        *wait_ns = RETRY_AFTER_LONGEST;
    }
    return found;
}
