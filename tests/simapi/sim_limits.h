/* What one account is allowed, as numbers with names: from the command line, a key's line, a change. Pure. */
#ifndef SIMAPI_LIMITS_H
#define SIMAPI_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIMITS_OUTSIDER_MAX 6000000
enum dimension {
    DIMENSION_REQUESTS, /* a minute, as all up to DIMENSION_OUTPUT */
    DIMENSION_TOKENS,
    DIMENSION_INPUT, /* tokens of the input alone */
    DIMENSION_OUTPUT,
    DIMENSION_REQUESTS_DAY,
    DIMENSION_TOKENS_DAY,
    DIMENSION_PROJECT, /* tokens of the project a key belongs to, a minute */
    DIMENSION_COUNT
};

struct limits {
    uint64_t most[DIMENSION_COUNT];     /* 0: no limit */
    uint64_t burst[DIMENSION_COUNT];    /* what a full bucket holds; 0: the limit itself. Not of the days. */
    uint64_t quota_after;               /* requests admitted before insufficient_quota; UINT64_MAX: never */
    uint64_t spend_cap_after;           /* likewise */
    uint64_t outsider_per_minute;       /* requests of somebody else with the same key */
    uint64_t status;                    /* refuses every request so; 0: none */
    uint64_t status_from, status_until; /* seconds since time zero, between which status counts */
};

/* The number of a field by its name, such as tokens_per_minute; -1: there is none of that name. */
int sim_limits_field(const char *name, size_t len);
/* False, and nothing set, when the value is out of the field's range. */
bool sim_limits_set(struct limits *l, int field, uint64_t value);
/* As in the audit: requests, tokens, input-tokens, output-tokens, requests-day, tokens-day,
 * project-tokens. */
const char *sim_limits_dimension_name(enum dimension d);

#endif
