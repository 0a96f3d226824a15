#include "ration/bucket.h"

#include "ration/arithmetic.h"
#include "ration/clock.h"

static uint64_t clamp(wide value) {
    return value > CLOCK_NEVER ? CLOCK_NEVER : (uint64_t)value;
}

uint64_t bucket_refill_time(const struct bucket *bucket, uint64_t units) {
    if (bucket->limit == 0) {
        return 0;
    }
    return clamp(((wide)units * bucket->window + bucket->limit - 1) / bucket->limit);
}

uint64_t bucket_earliest(const struct bucket *bucket, uint64_t units, uint64_t now) {
    if (bucket->limit == 0) {
        return now;
    }
    uint64_t spare = units < bucket->capacity ? bucket->capacity - units : 0;
    // Rounded down: a unit must not leave before its share has refilled.
    uint64_t ahead = clamp((wide)spare * bucket->window / bucket->limit);
    uint64_t earliest = bucket->full_at > ahead ? bucket->full_at - ahead : 0;
    return earliest > now ? earliest : now;
}

uint64_t bucket_take(const struct bucket *bucket, uint64_t units, uint64_t at) {
    if (bucket->limit == 0) {
        return bucket->full_at;
    }
    return arithmetic_sum(bucket->full_at > at ? bucket->full_at : at, bucket_refill_time(bucket, units));
}

uint64_t bucket_refund(const struct bucket *bucket, uint64_t units) {
    if (bucket->limit == 0) {
        return bucket->full_at;
    }
    uint64_t back = clamp((wide)units * bucket->window / bucket->limit);
    return bucket->full_at > back ? bucket->full_at - back : 0;
}

uint64_t bucket_level(const struct bucket *bucket, uint64_t now) {
    if (bucket->limit == 0 || bucket->full_at <= now) {
        return bucket->capacity;
    }
    wide missing = ((wide)(bucket->full_at - now) * bucket->limit + bucket->window - 1) / bucket->window;
    return missing >= bucket->capacity ? 0 : bucket->capacity - (uint64_t)missing;
}
