#include "sim_account.h"

void sim_account_init(struct account *a, const struct account_limits *limits, uint64_t now_ns) {
    sim_bucket_init(&a->bucket[DIMENSION_REQUESTS], limits->requests_per_minute, BUCKET_MINUTE_NS,
                    limits->burst, now_ns);
    sim_bucket_init(&a->bucket[DIMENSION_TOKENS], limits->tokens_per_minute, BUCKET_MINUTE_NS,
                    limits->burst_tokens, now_ns);
}

struct admission sim_account_admit(struct account *a, uint64_t now_ns, uint64_t tokens, bool count_refused) {
    const uint64_t items[DIMENSION_COUNT] = {[DIMENSION_REQUESTS] = 1, [DIMENSION_TOKENS] = tokens};
    struct admission result = {.admitted = true};

    for (int d = 0; d < DIMENSION_COUNT; d++) {
        uint64_t wait = sim_bucket_wait_ns(&a->bucket[d], now_ns, items[d]);

        if (wait <= result.wait_ns)
            continue;
        result.admitted = false;
        result.refused_by = (enum dimension)d;
        result.wait_ns = wait;
        result.requested = items[d];
    }
    for (int d = 0; d < DIMENSION_COUNT && result.admitted; d++)
        sim_bucket_take(&a->bucket[d], now_ns, items[d]);
    if (!result.admitted && count_refused)
        sim_bucket_drain(&a->bucket[DIMENSION_REQUESTS], now_ns, 1);

    for (int d = 0; d < DIMENSION_COUNT; d++) {
        struct bucket *b = &a->bucket[d];

        result.view[d].limit = b->limit;
        result.view[d].remaining = sim_bucket_remaining(b, now_ns);
        result.view[d].reset_ns = sim_bucket_full_in_ns(b, now_ns);
    }
    return result;
}

void sim_account_settle(struct account *a, uint64_t now_ns, uint64_t charged, uint64_t used) {
    sim_bucket_settle(&a->bucket[DIMENSION_TOKENS], now_ns, charged, used);
}
