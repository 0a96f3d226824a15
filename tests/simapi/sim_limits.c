#include "sim_limits.h"

#include "sim_bucket.h"

#include <string.h>

#define AT(field) offsetof(struct limits, field)

static const struct field {
    const char *name;
    size_t offset;
    uint64_t least, most; /* besides 0 */
} fields[] = {{"requests_per_minute", AT(most[DIMENSION_REQUESTS]), 0, BUCKET_LIMIT_MAX},
              {"tokens_per_minute", AT(most[DIMENSION_TOKENS]), 0, BUCKET_LIMIT_MAX},
              {"burst", AT(burst[DIMENSION_REQUESTS]), 0, BUCKET_LIMIT_MAX},
              {"burst_tokens", AT(burst[DIMENSION_TOKENS]), 0, BUCKET_LIMIT_MAX},
              {"input_tokens_per_minute", AT(most[DIMENSION_INPUT]), 0, BUCKET_LIMIT_MAX},
              {"output_tokens_per_minute", AT(most[DIMENSION_OUTPUT]), 0, BUCKET_LIMIT_MAX},
              {"requests_per_day", AT(most[DIMENSION_REQUESTS_DAY]), 0, BUCKET_LIMIT_MAX},
              {"tokens_per_day", AT(most[DIMENSION_TOKENS_DAY]), 0, BUCKET_LIMIT_MAX},
              {"project_tokens_per_minute", AT(most[DIMENSION_PROJECT]), 0, BUCKET_LIMIT_MAX},
              {"quota_after", AT(quota_after), 0, UINT64_MAX},
              {"spend_cap_after", AT(spend_cap_after), 0, UINT64_MAX},
              {"outsider_per_minute", AT(outsider_per_minute), 0, LIMITS_OUTSIDER_MAX},
              {"status", AT(status), 400, 599},
              {"status_from", AT(status_from), 0, UINT64_MAX},
              {"status_until", AT(status_until), 0, UINT64_MAX}};

int sim_limits_field(const char *name, size_t len) {
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (strlen(fields[i].name) == len && !memcmp(fields[i].name, name, len))
            return (int)i;
    return -1;
}

bool sim_limits_set(struct limits *l, int field, uint64_t value) {
    const struct field *f = &fields[field];

    if ((value && value < f->least) || value > f->most)
        return false;
    memcpy((char *)l + f->offset, &value, sizeof(value));
    return true;
}

const char *sim_limits_dimension_name(enum dimension d) {
    static const char *const names[DIMENSION_COUNT] = {"requests",      "tokens",       "input-tokens",
                                                       "output-tokens", "requests-day", "tokens-day",
                                                       "project-tokens"};

    return names[d];
}
