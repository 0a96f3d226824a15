/* Times and durations as headers write them. Pure. */
#ifndef SIMAPI_TIME_TEXT_H
#define SIMAPI_TIME_TEXT_H

#include <stdint.h>

#define TIME_TEXT_SIZE 40

/* A Go duration such as 0s, 12ms, 1.5s, 6m0s, 1h0m0s; the time is rounded up to milliseconds. */
void sim_time_text_duration(uint64_t ns, char out[TIME_TEXT_SIZE]);
/* The moment, in nanoseconds since 1970, rounded up to seconds: 2026-11-22T03:04:05Z. */
void sim_time_text_rfc3339(uint64_t clock_ns, char out[TIME_TEXT_SIZE]);
/* The same as Sun, 22 Nov 2026 03:04:05 GMT. */
void sim_time_text_http_date(uint64_t clock_ns, char out[TIME_TEXT_SIZE]);

#endif
