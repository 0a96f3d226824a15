/* What one account may spend: its buckets, and the admission of a request by all of them at once. */
#ifndef SIMAPI_ACCOUNT_H
#define SIMAPI_ACCOUNT_H

#include "sim_bucket.h"

enum dimension { DIMENSION_REQUESTS, DIMENSION_TOKENS, DIMENSION_COUNT };

struct account {
    struct bucket bucket[DIMENSION_COUNT];
};

/* What the x-ratelimit headers say of one dimension. */
struct limit_view {
    uint64_t limit; /* a minute; 0: no limit, and no headers */
    uint64_t remaining;
    uint64_t reset_ns; /* until the bucket is full */
};

struct admission {
    bool admitted;
    enum dimension refused_by;               /* if not admitted */
    uint64_t wait_ns;                        /* if not admitted; BUCKET_NEVER: larger than the bucket */
    uint64_t requested;                      /* items asked of refused_by */
    struct limit_view view[DIMENSION_COUNT]; /* after the decision */
};

struct account_limits {
    uint64_t requests_per_minute, burst;      /* 0: no limit; a burst of 0 is the limit itself */
    uint64_t tokens_per_minute, burst_tokens; /* likewise */
};

void sim_account_init(struct account *a, const struct account_limits *limits, uint64_t now_ns);
/* Takes one request and its tokens, or nothing. With count_refused a refusal still costs a request. */
struct admission sim_account_admit(struct account *a, uint64_t now_ns, uint64_t tokens, bool count_refused);
void sim_account_settle(struct account *a, uint64_t now_ns, uint64_t charged, uint64_t used);

#endif
