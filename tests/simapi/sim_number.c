#include "sim_number.h"

#include <stdlib.h>
#include <string.h>

bool sim_number_parse(const char *text, size_t len, uint64_t *out) {
    uint64_t n = 0;

    if (!len)
        return false;
    for (size_t i = 0; i < len; i++)
        if (text[i] < '0' || text[i] > '9' || __builtin_mul_overflow(n, 10, &n) ||
            __builtin_add_overflow(n, (uint64_t)(text[i] - '0'), &n))
            return false;
    *out = n;
    return true;
}

bool sim_number_parse_seconds(const char *text, size_t len, uint64_t *out_ns) {
    char copy[32], *end;
    double seconds;

    if (!len || len >= sizeof(copy) || strspn(text, "0123456789.") < len)
        return false;
    memcpy(copy, text, len);
    copy[len] = 0;
    seconds = strtod(copy, &end);
    if (end == copy || *end || !(seconds <= NUMBER_SECONDS_MAX))
        return false;
    *out_ns = (uint64_t)(seconds * 1e9 + 0.5);
    return true;
}
