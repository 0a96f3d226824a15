// Time. Inside the program time is CLOCK_MONOTONIC nanoseconds, which all processes of one machine share;
// outside (logs, output lines) it is RFC 3339 UTC.
#ifndef RATION_CLOCK_H
#define RATION_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define CLOCK_MS 1000000ULL
#define CLOCK_SECOND 1000000000ULL
#define CLOCK_MINUTE (60 * CLOCK_SECOND)
#define CLOCK_HOUR (60 * CLOCK_MINUTE)
#define CLOCK_DAY (24 * CLOCK_HOUR)
#define CLOCK_NEVER UINT64_MAX
#define CLOCK_RFC3339_SIZE 32

// Monotonic nanoseconds; never 0.
uint64_t clock_now(void);

// Nanoseconds since 1970-01-01 UTC. Anyone may set this clock, to any time.
uint64_t clock_wall(void);

// Nanoseconds since the machine was booted, also while it slept. Nobody can set it.
uint64_t clock_boot(void);

// `wall_ns` as "2026-01-31T23:59:59.123Z".
void clock_rfc3339(uint64_t wall_ns, char out[CLOCK_RFC3339_SIZE]);

// A moment as people read it on that day: "09:12:40Z"; of another day "2026-11-24 09:12Z". Returns `out`.
#define CLOCK_MOMENT_SIZE 24
const char *clock_moment(uint64_t today_ns, uint64_t wall_ns, char out[CLOCK_MOMENT_SIZE]);

// A span as people read it: "0.5 s", "34 s", "5 min 3 s", "26 h 3 min", "3 days 4 h"; "-" when it is below 0
// or no number. Seconds up to two minutes; tenths below 10, if there are any. Returns `out`.
#define CLOCK_SPAN_SIZE 32
const char *clock_span(double seconds, char out[CLOCK_SPAN_SIZE]);

#endif
