#include "sim_account.h"

struct items {
    uint64_t of[DIMENSION_COUNT];
};

static struct items items_of(const struct spend *s) {
    return (struct items){{[DIMENSION_REQUESTS] = 1,
                           [DIMENSION_TOKENS] = s->tokens,
                           [DIMENSION_INPUT] = s->input,
                           [DIMENSION_OUTPUT] = s->output,
                           [DIMENSION_REQUESTS_DAY] = 1,
                           [DIMENSION_TOKENS_DAY] = s->tokens,
                           [DIMENSION_PROJECT] = s->tokens}};
}

static bool is_of_day(int d) {
    return d == DIMENSION_REQUESTS_DAY || d == DIMENSION_TOKENS_DAY;
}

void sim_account_init(struct account *a, const struct account_rules *rules, const struct limits *limits,
                      uint64_t line, uint64_t zero_ns) {
    *a = (struct account){.rules = rules,
                          .limits = *limits,
                          .line = line,
                          .zero_ns = zero_ns,
                          .outsider_next_ns = zero_ns + rules->outsider_from_ns};
    for (int d = 0; d < DIMENSION_COUNT; d++) {
        if (!is_of_day(d))
            sim_bucket_init(&a->bucket[d], limits->most[d], BUCKET_MINUTE_NS, limits->burst[d], zero_ns);
        else if (rules->day_continuous)
            sim_bucket_init(&a->bucket[d], limits->most[d], rules->day_ns, 0, zero_ns);
        else
            sim_bucket_init_fixed(&a->bucket[d], limits->most[d], rules->day_ns, zero_ns);
    }
}

/* All or nothing; in *result, what refused. */
static bool take(struct account *a, uint64_t now_ns, const struct items *items, struct admission *result) {
    result->admitted = true;
    for (int d = 0; d < DIMENSION_COUNT; d++) {
        uint64_t wait = sim_bucket_wait_ns(&a->bucket[d], now_ns, items->of[d]);

        if (wait <= result->wait_ns)
            continue;
        result->admitted = false;
        result->refused_by = (enum dimension)d;
        result->wait_ns = wait;
        result->requested = items->of[d];
    }
    for (int d = 0; d < DIMENSION_COUNT && result->admitted; d++)
        sim_bucket_take(&a->bucket[d], now_ns, items->of[d]);
    return result->admitted;
}

/* The outsider asks at even intervals, and when refused asks no second time. */
static void spend_outside(struct account *a, uint64_t now_ns) {
    const struct account_rules *r = a->rules;
    const struct items items = items_of(&(struct spend){r->outsider_tokens, r->outsider_tokens, 0});

    while (a->limits.outsider_per_minute && a->outsider_next_ns <= now_ns &&
           a->outsider_next_ns - a->zero_ns < r->outsider_until_ns) {
        struct admission ignored = {0};

        a->outside_asked++;
        a->outside_admitted += take(a, a->outsider_next_ns, &items, &ignored);
        a->outsider_next_ns += BUCKET_MINUTE_NS / a->limits.outsider_per_minute;
    }
}

static void change(struct account *a, const struct change *c, uint64_t at_ns) {
    bool outsider = a->limits.outsider_per_minute > 0;

    if (c->line && c->line != a->line)
        return;
    sim_change_apply(c, &a->limits);
    for (int d = 0; d < DIMENSION_COUNT; d++)
        sim_bucket_change(&a->bucket[d], at_ns, a->limits.most[d], a->limits.burst[d]);
    if (!outsider)
        a->outsider_next_ns = at_ns;
}

void sim_account_advance(struct account *a, uint64_t now_ns) {
    const struct changes *c = &a->rules->changes;

    for (; a->changed < c->count && a->zero_ns + c->change[a->changed].at_ns <= now_ns; a->changed++) {
        uint64_t at_ns = a->zero_ns + c->change[a->changed].at_ns;

        spend_outside(a, at_ns);
        change(a, &c->change[a->changed], at_ns);
    }
    spend_outside(a, now_ns);
}

static void refused(struct account *a, uint64_t now_ns) {
    if (!a->rules->count_refused)
        return;
    sim_bucket_drain(&a->bucket[DIMENSION_REQUESTS], now_ns, 1);
    sim_bucket_drain(&a->bucket[DIMENSION_REQUESTS_DAY], now_ns, 1);
}

struct admission sim_account_admit(struct account *a, uint64_t now_ns, const struct spend *charge) {
    const struct items items = items_of(charge);
    struct admission result = {0};

    sim_account_advance(a, now_ns);
    if (take(a, now_ns, &items, &result))
        a->admitted++;
    else
        refused(a, now_ns);

    for (int d = 0; d < DIMENSION_COUNT; d++) {
        struct bucket *b = &a->bucket[d];
        uint64_t remaining = sim_bucket_remaining(b, now_ns);

        result.view[d].limit = b->limit;
        result.view[d].remaining = remaining < b->limit ? remaining : b->limit;
        result.view[d].reset_ns = sim_bucket_reset_ns(b, now_ns);
        result.view[d].period_ns = b->period_ns;
    }
    return result;
}

void sim_account_settle(struct account *a, uint64_t now_ns, const struct spend *charged,
                        const struct spend *used, uint64_t day) {
    const struct items before = items_of(charged), after = items_of(used);
    bool ended = sim_account_day(a, now_ns) != day;

    sim_account_advance(a, now_ns);
    for (int d = 0; d < DIMENSION_COUNT; d++)
        if (!(ended && a->bucket[d].fixed))
            sim_bucket_settle(&a->bucket[d], now_ns, before.of[d], after.of[d]);
}

uint64_t sim_account_day(const struct account *a, uint64_t now_ns) {
    return now_ns < a->zero_ns ? 1 : (now_ns - a->zero_ns) / a->rules->day_ns + 1;
}
