#include "ration/clock.h"

#include <stdio.h>
#include <time.h>

static uint64_t read_clock(clockid_t id) {
    struct timespec now;
    (void)clock_gettime(id, &now); // cannot fail for these two clocks
    return (uint64_t)now.tv_sec * CLOCK_SECOND + (uint64_t)now.tv_nsec;
}

uint64_t clock_now(void) {
    return read_clock(CLOCK_MONOTONIC) | 1; // never 0, which means "not set"
}

uint64_t clock_wall(void) {
    return read_clock(CLOCK_REALTIME);
}

void clock_rfc3339(uint64_t wall_ns, char out[CLOCK_RFC3339_SIZE]) {
    time_t seconds = (time_t)(wall_ns / CLOCK_SECOND);
    struct tm utc;
    (void)gmtime_r(&seconds, &utc);
    char date[CLOCK_RFC3339_SIZE - 8];
    (void)strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &utc);
    (void)snprintf(out, CLOCK_RFC3339_SIZE, "%s.%03uZ", date, (unsigned)(wall_ns / CLOCK_MS % 1000));
}
