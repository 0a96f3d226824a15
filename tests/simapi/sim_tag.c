#include "sim_tag.h"

#include <string.h>

static bool all_printable(const char *s) {
    for (; *s; s++)
        if (*s <= ' ' || *s > '~')
            return false;
    return true;
}

/* 0 when it is no number from 1 to 999,999,999. */
static uint64_t parse_attempt(const char *digits) {
    uint64_t n = 0;
    size_t len = strspn(digits, "0123456789");

    if (len < 1 || len > 9 || digits[len])
        return 0;
    while (*digits)
        n = n * 10 + (uint64_t)(*digits++ - '0');
    return n;
}

bool sim_tag_parse(struct tag *t, const char *value) {
    const char *first = strchr(value, '/');
    const char *last = first ? strchr(first + 1, '/') : NULL;
    uint64_t attempt;

    if (!last || first == value || last == first + 1 || !all_printable(value))
        return false;
    attempt = parse_attempt(last + 1);
    if (!attempt)
        return false;
    *t = (struct tag){.run = value,
                      .run_len = (size_t)(first - value),
                      .artist_id = first + 1,
                      .artist_id_len = (size_t)(last - first - 1),
                      .attempt = attempt};
    return true;
}
