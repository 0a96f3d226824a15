#include "sim_limit_headers.h"

#include <inttypes.h>
#include <stdio.h>

void sim_limit_headers_duration(uint64_t ns, char out[LIMIT_DURATION_SIZE]) {
    uint64_t ms = ns / 1000000 + (ns % 1000000 != 0);
    uint64_t hours = ms / 3600000, minutes = ms / 60000 % 60, seconds = ms / 1000 % 60;
    int used = 0;

    if (ms && ms < 1000) {
        snprintf(out, LIMIT_DURATION_SIZE, "%" PRIu64 "ms", ms);
        return;
    }
    if (hours)
        used = snprintf(out, LIMIT_DURATION_SIZE, "%" PRIu64 "h", hours);
    if (hours || minutes)
        used += snprintf(out + used, LIMIT_DURATION_SIZE - (size_t)used, "%" PRIu64 "m", minutes);
    used += snprintf(out + used, LIMIT_DURATION_SIZE - (size_t)used, "%" PRIu64, seconds);
    ms %= 1000;
    if (ms) {
        used += snprintf(out + used, LIMIT_DURATION_SIZE - (size_t)used, ".%03" PRIu64, ms);
        while (out[used - 1] == '0')
            used--;
    }
    snprintf(out + used, LIMIT_DURATION_SIZE - (size_t)used, "s");
}

size_t sim_limit_headers_openai(const struct limit_view view[DIMENSION_COUNT],
                                struct limit_header out[LIMIT_HEADERS_MAX]) {
    static const char *const names[DIMENSION_COUNT][3] = {
        {"x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"},
        {"x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"}};
    size_t n = 0;

    for (int d = 0; d < DIMENSION_COUNT; d++) {
        if (!view[d].limit)
            continue;
        for (int i = 0; i < 3; i++)
            out[n + (size_t)i].name = names[d][i];
        snprintf(out[n].value, LIMIT_DURATION_SIZE, "%" PRIu64, view[d].limit);
        snprintf(out[n + 1].value, LIMIT_DURATION_SIZE, "%" PRIu64, view[d].remaining);
        sim_limit_headers_duration(view[d].reset_ns, out[n + 2].value);
        n += 3;
    }
    return n;
}
