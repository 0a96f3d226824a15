#include "ration/limits.h"

#include "ration/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MOST_REQUESTS 1000000000ULL
#define MOST_TOKENS 1000000000000ULL

static const struct limits_kind kinds[LIMITS_ROWS] = {
    [LIMITS_REQUESTS_MINUTE] = {"requests_per_minute", DIMENSION_REQUESTS, CLOCK_MINUTE, MOST_REQUESTS},
    [LIMITS_TOKENS_MINUTE] = {"tokens_per_minute", DIMENSION_TOKENS, CLOCK_MINUTE, MOST_TOKENS},
    [LIMITS_INPUT_TOKENS_MINUTE] = {"input_tokens_per_minute", DIMENSION_INPUT_TOKENS, CLOCK_MINUTE,
                                    MOST_TOKENS},
    [LIMITS_OUTPUT_TOKENS_MINUTE] = {"output_tokens_per_minute", DIMENSION_OUTPUT_TOKENS, CLOCK_MINUTE,
                                     MOST_TOKENS},
    [LIMITS_REQUESTS_DAY] = {"requests_per_day", DIMENSION_REQUESTS, CLOCK_DAY, MOST_REQUESTS},
    [LIMITS_TOKENS_DAY] = {"tokens_per_day", DIMENSION_TOKENS, CLOCK_DAY, MOST_TOKENS},
};

const struct limits_kind *limits_kind(enum limits_row row) {
    return &kinds[row];
}

enum limits_row limits_find(const char *name) {
    for (int row = 0; row < LIMITS_ROWS; row++) {
        if (strcmp(kinds[row].name, name) == 0) {
            return (enum limits_row)row;
        }
    }
    return LIMITS_ROWS;
}

void limits_prefer(struct limits *limits, const struct limits *given) {
    for (int row = 0; row < LIMITS_ROWS; row++) {
        limits->of[row] = given->of[row] > 0 ? given->of[row] : limits->of[row];
    }
}

void limits_text(uint64_t limit, char out[LIMITS_TEXT_SIZE]) {
    if (limit > 0) {
        (void)snprintf(out, LIMITS_TEXT_SIZE, "%" PRIu64, limit);
    } else {
        (void)snprintf(out, LIMITS_TEXT_SIZE, "any number of");
    }
}
