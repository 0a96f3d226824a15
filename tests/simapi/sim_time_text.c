#include "sim_time_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

void sim_time_text_duration(uint64_t ns, char out[TIME_TEXT_SIZE]) {
    uint64_t ms = ns / 1000000 + (ns % 1000000 != 0);
    uint64_t hours = ms / 3600000, minutes = ms / 60000 % 60, seconds = ms / 1000 % 60;
    int used = 0;

    if (ms && ms < 1000) {
        snprintf(out, TIME_TEXT_SIZE, "%" PRIu64 "ms", ms);
        return;
    }
    if (hours)
        used = snprintf(out, TIME_TEXT_SIZE, "%" PRIu64 "h", hours);
    if (hours || minutes)
        used += snprintf(out + used, TIME_TEXT_SIZE - (size_t)used, "%" PRIu64 "m", minutes);
    used += snprintf(out + used, TIME_TEXT_SIZE - (size_t)used, "%" PRIu64, seconds);
    ms %= 1000;
    if (ms) {
        used += snprintf(out + used, TIME_TEXT_SIZE - (size_t)used, ".%03" PRIu64, ms);
        while (out[used - 1] == '0')
            used--;
    }
    snprintf(out + used, TIME_TEXT_SIZE - (size_t)used, "s");
}

static struct tm broken_down(uint64_t clock_ns) {
    time_t seconds = (time_t)(clock_ns / 1000000000 + (clock_ns % 1000000000 != 0));
    struct tm t = {0};

    gmtime_r(&seconds, &t);
    return t;
}

void sim_time_text_rfc3339(uint64_t clock_ns, char out[TIME_TEXT_SIZE]) {
    struct tm t = broken_down(clock_ns);

    strftime(out, TIME_TEXT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &t);
}

/* The names are English in the C locale, in which the simulator stays. */
void sim_time_text_http_date(uint64_t clock_ns, char out[TIME_TEXT_SIZE]) {
    struct tm t = broken_down(clock_ns);

    strftime(out, TIME_TEXT_SIZE, "%a, %d %b %Y %H:%M:%S GMT", &t);
}
