// A token bucket by virtual scheduling (the GCRA of ITU-T I.371, in units instead of cells). Its whole state
// is the moment at which it would be full again, so a departure can be booked ahead and nothing needs to be
// refilled. Pure.
//
//   level(t) = capacity                              when t >= full_at
//            = capacity - (full_at - t) * limit / window   before that (may be below 0: a debt)
#ifndef RATION_BUCKET_H
#define RATION_BUCKET_H

#include <stdint.h>

struct bucket {
    uint64_t limit;    // units a window; 0: no limit
    uint64_t window;   // nanoseconds, > 0
    uint64_t capacity; // units that may leave at once after a rest, 1..limit
    uint64_t full_at;  // monotonic nanoseconds
};

// How long `units` take to refill, rounded up. CLOCK_NEVER at most.
uint64_t bucket_refill_time(const struct bucket *bucket, uint64_t units);

// The first moment, not before `now`, at which `units` may leave. More units than the capacity may leave when
// the bucket is full, and leave a debt.
uint64_t bucket_earliest(const struct bucket *bucket, uint64_t units, uint64_t now);

// The new full_at after `units` left at `at`.
uint64_t bucket_take(const struct bucket *bucket, uint64_t units, uint64_t at);

// The new full_at after `units` of an earlier bucket_take() came back. The bucket is never more than full.
uint64_t bucket_refund(const struct bucket *bucket, uint64_t units);

// Units that could leave at `now`, 0..capacity.
uint64_t bucket_level(const struct bucket *bucket, uint64_t now);

#endif
