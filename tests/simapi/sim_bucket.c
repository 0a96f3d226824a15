#include "sim_bucket.h"

static bucket_units units(const struct bucket *b, uint64_t items) {
    return (bucket_units)items * b->period_ns;
}

static void refill(struct bucket *b, uint64_t now_ns) {
    bucket_units full = units(b, b->capacity);
    uint64_t passed = now_ns - b->then_ns;

    if (now_ns <= b->then_ns || (b->fixed && passed < b->period_ns))
        return;
    if (b->fixed) {
        b->level = full;
        b->then_ns += passed / b->period_ns * b->period_ns;
        return;
    }
    b->level += (bucket_units)passed * b->limit;
    if (b->level > full)
        b->level = full;
    b->then_ns = now_ns;
}

static uint64_t time_to(const struct bucket *b, uint64_t now_ns, bucket_units wanted) {
    bucket_units wait;

    if (b->level >= wanted)
        return 0;
    if (b->fixed)
        return b->then_ns + b->period_ns - (now_ns > b->then_ns ? now_ns : b->then_ns);
    wait = (wanted - b->level + b->limit - 1) / b->limit;
    return wait >= (bucket_units)BUCKET_NEVER ? BUCKET_NEVER - 1 : (uint64_t)wait;
}

void sim_bucket_init(struct bucket *b, uint64_t limit, uint64_t period_ns, uint64_t capacity,
                     uint64_t now_ns) {
    *b = (struct bucket){
        .limit = limit, .period_ns = period_ns, .capacity = capacity ? capacity : limit, .then_ns = now_ns};
    b->level = units(b, b->capacity);
}

void sim_bucket_init_fixed(struct bucket *b, uint64_t limit, uint64_t period_ns, uint64_t first_ns) {
    sim_bucket_init(b, limit, period_ns, limit, first_ns);
    b->fixed = true;
}

bool sim_bucket_has(struct bucket *b, uint64_t now_ns, uint64_t items) {
    if (!b->limit)
        return true;
    refill(b, now_ns);
    return b->level >= units(b, items);
}

void sim_bucket_take(struct bucket *b, uint64_t now_ns, uint64_t items) {
    if (!b->limit)
        return;
    refill(b, now_ns);
    b->level -= units(b, items);
}

void sim_bucket_drain(struct bucket *b, uint64_t now_ns, uint64_t items) {
    bucket_units wanted = units(b, items);

    if (!b->limit)
        return;
    refill(b, now_ns);
    if (b->level > 0)
        b->level -= wanted < b->level ? wanted : b->level;
}

void sim_bucket_settle(struct bucket *b, uint64_t now_ns, uint64_t charged, uint64_t used) {
    bucket_units full = units(b, b->capacity);

    if (!b->limit)
        return;
    refill(b, now_ns);
    b->level += units(b, charged) - units(b, used);
    if (b->level > full)
        b->level = full;
}

void sim_bucket_change(struct bucket *b, uint64_t now_ns, uint64_t limit, uint64_t capacity) {
    uint64_t old = b->limit;

    capacity = capacity && !b->fixed ? capacity : limit;
    refill(b, now_ns);
    if (b->fixed)
        b->level += units(b, limit) - units(b, old);
    else if (!old || b->level > units(b, capacity))
        b->level = units(b, capacity);
    b->limit = limit;
    b->capacity = capacity;
}

uint64_t sim_bucket_remaining(struct bucket *b, uint64_t now_ns) {
    if (!b->limit)
        return UINT64_MAX;
    refill(b, now_ns);
    return b->level > 0 ? (uint64_t)(b->level / b->period_ns) : 0;
}

uint64_t sim_bucket_wait_ns(struct bucket *b, uint64_t now_ns, uint64_t items) {
    if (!b->limit)
        return 0;
    if (items > b->capacity)
        return BUCKET_NEVER;
    refill(b, now_ns);
    return time_to(b, now_ns, units(b, items));
}

uint64_t sim_bucket_reset_ns(struct bucket *b, uint64_t now_ns) {
    if (!b->limit)
        return 0;
    refill(b, now_ns);
    /* Of a window that nobody spent from, too: it ends when it ends. */
    return time_to(b, now_ns, b->fixed ? b->level + 1 : units(b, b->limit));
}
