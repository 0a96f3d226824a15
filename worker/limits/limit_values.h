// Times as rate-limit headers have them, in all the forms that servers use. Texts are bytes
// with a length, without surrounding white space. Pure, but that it remembers what it read last; nothing that
// a server sends can do more than be bad.
#ifndef RATION_LIMIT_VALUES_H
#define RATION_LIMIT_VALUES_H

#include "limits/limit_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIMIT_TIME_MOST (366 * 86400000000000ULL) // nanoseconds; longer waits are bad

enum limit_time_form {
    LIMIT_TIME_SECONDS, // "30", "33011.382867"
    // a Go duration: "6m0s", "12ms", "2m59.56s", "250µs"; also "2 s", "1 minute 30 seconds", "1d"
    LIMIT_TIME_UNITS,
    LIMIT_TIME_ABSOLUTE, // RFC 3339, an HTTP date, or seconds (milliseconds from 10^12 on) since 1970
};

struct limit_time {
    enum limit_time_form form;
    uint64_t ns;   // a wait, up to LIMIT_TIME_MOST; LIMIT_TIME_ABSOLUTE: since 1970-01-01 UTC
    uint64_t step; // how finely the server gave it, nanoseconds, 1..1e9
};

enum limit_value limit_values_time(const char *text, size_t length, struct limit_time *out);

// Just this form of it. Go durations count as given in milliseconds unless they are finer.
bool limit_values_go(const char *text, size_t length, struct limit_time *out);

#endif
