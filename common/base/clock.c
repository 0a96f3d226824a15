#include "ration/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define WALL_END 7258118400LL // 2200-01-01

static uint64_t read_clock(clockid_t id) {
    struct timespec now;
    (void)clock_gettime(id, &now); // cannot fail for these clocks
    return (uint64_t)now.tv_sec * CLOCK_SECOND + (uint64_t)now.tv_nsec;
}

uint64_t clock_now(void) {
    return read_clock(CLOCK_MONOTONIC) | 1; // never 0, which means "not set"
}

// A clock that stands before 1970 or after 2200 is wrong; nothing here needs to know by how much.
uint64_t clock_wall(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec < 1 || now.tv_sec >= WALL_END) {
        return (now.tv_sec < 1 ? 1 : WALL_END) * CLOCK_SECOND;
    }
    return (uint64_t)now.tv_sec * CLOCK_SECOND + (uint64_t)now.tv_nsec;
}

uint64_t clock_boot(void) {
    return read_clock(CLOCK_BOOTTIME);
}

// The text of a second is kept: lines come by the thousand in each.
void clock_rfc3339(uint64_t wall_ns, char out[CLOCK_RFC3339_SIZE]) {
    static char text[CLOCK_RFC3339_SIZE];
    static time_t told = -1;
    static const size_t milliseconds = sizeof("2000-01-01T00:00:00.") - 1;
    time_t seconds = (time_t)(wall_ns / CLOCK_SECOND);
    if (seconds != told) {
        struct tm utc;
        (void)gmtime_r(&seconds, &utc);
        (void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S.000Z", &utc);
        told = seconds;
    }
    unsigned ms = (unsigned)(wall_ns / CLOCK_MS % 1000);
    memcpy(out, text, CLOCK_RFC3339_SIZE);
    out[milliseconds] = (char)('0' + ms / 100);
    out[milliseconds + 1] = (char)('0' + ms / 10 % 10);
    out[milliseconds + 2] = (char)('0' + ms % 10);
}

const char *clock_moment(uint64_t today_ns, uint64_t wall_ns, char out[CLOCK_MOMENT_SIZE]) {
    char today[CLOCK_RFC3339_SIZE], text[CLOCK_RFC3339_SIZE];
    clock_rfc3339(today_ns, today);
    clock_rfc3339(wall_ns, text);
    if (memcmp(today, text, 10) == 0) {
        (void)snprintf(out, CLOCK_MOMENT_SIZE, "%.8sZ", text + 11);
    } else {
        (void)snprintf(out, CLOCK_MOMENT_SIZE, "%.10s %.5sZ", text, text + 11);
    }
    return out;
}

const char *clock_span(double seconds, char out[CLOCK_SPAN_SIZE]) {
    static const double most = 1e11; // some thousand years
    if (!(seconds >= 0)) {
        (void)snprintf(out, CLOCK_SPAN_SIZE, "-");
        return out;
    }
    uint64_t whole = (uint64_t)((seconds < most ? seconds : most) + 0.5);
    uint64_t tenths = (uint64_t)((seconds < 100 ? seconds : 100) * 10 + 0.5);
    if (tenths < 100 && tenths % 10 != 0) {
        (void)snprintf(out, CLOCK_SPAN_SIZE, "%.1f s", (double)tenths / 10);
    } else if (whole < 120) {
        (void)snprintf(out, CLOCK_SPAN_SIZE, "%" PRIu64 " s", whole);
    } else if (whole < 7200) {
        (void)snprintf(out, CLOCK_SPAN_SIZE, "%" PRIu64 " min %" PRIu64 " s", whole / 60, whole % 60);
    } else if (whole < 172800) {
        (void)snprintf(out, CLOCK_SPAN_SIZE, "%" PRIu64 " h %" PRIu64 " min", whole / 3600, whole / 60 % 60);
    } else {
        (void)snprintf(out, CLOCK_SPAN_SIZE, "%" PRIu64 " days %" PRIu64 " h", whole / 86400,
                       whole / 3600 % 24);
    }
    return out;
}
