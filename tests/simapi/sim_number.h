/* Numbers as people write them on a command line or in a file. Pure. */
#ifndef SIMAPI_NUMBER_H
#define SIMAPI_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NUMBER_SECONDS_MAX 1e9

/* Decimal digits alone, that fit; otherwise false and *out untouched. */
bool sim_number_parse(const char *text, size_t len, uint64_t *out);
/* Seconds such as 2 or 0.25, at most NUMBER_SECONDS_MAX, as nanoseconds. */
bool sim_number_parse_seconds(const char *text, size_t len, uint64_t *out_ns);

#endif
