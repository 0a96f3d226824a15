/*
 * What can be spent of one limit: a token bucket with continuous refill, or fixed windows that each begin
 * full. In exact integers. Pure: the time comes in, nothing else is read.
 * Levels are counted in item * period_ns, so that limit of these units come back every nanosecond and
 * nothing is ever rounded away.
 */
#ifndef SIMAPI_BUCKET_H
#define SIMAPI_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

#define BUCKET_LIMIT_MAX UINT64_C(1000000000000) /* the most items a period, and the most a bucket holds */
#define BUCKET_NEVER UINT64_MAX
#define BUCKET_MINUTE_NS UINT64_C(60000000000)

__extension__ typedef __int128 bucket_units;

struct bucket {
    uint64_t limit; /* items that come back in a period; 0: no limit, every question is answered with yes */
    uint64_t period_ns; /* above 0 */
    uint64_t capacity;  /* items a full bucket holds */
    bool fixed;         /* nothing comes back within a window; a window lasts a period */
    uint64_t then_ns;   /* when level was true; of fixed windows the beginning of the present one */
    bucket_units level; /* at most capacity * period_ns; below 0 after a correction upwards */
};

/* A full bucket. limit and capacity at most BUCKET_LIMIT_MAX; a capacity of 0 means the same as limit. */
void sim_bucket_init(struct bucket *b, uint64_t limit, uint64_t period_ns, uint64_t capacity,
                     uint64_t now_ns);
/* Windows of limit items each; the first begins at first_ns, each other where the one before it ends. */
void sim_bucket_init_fixed(struct bucket *b, uint64_t limit, uint64_t period_ns, uint64_t first_ns);
/* Whether items can be taken now. A time before an earlier one counts as that earlier one. */
bool sim_bucket_has(struct bucket *b, uint64_t now_ns, uint64_t items);
void sim_bucket_take(struct bucket *b, uint64_t now_ns, uint64_t items);
/* Takes what is there, at most items: the level does not fall below 0. */
void sim_bucket_drain(struct bucket *b, uint64_t now_ns, uint64_t items);
/* Replaces an earlier charge by what was used in truth. A refund never overfills. */
void sim_bucket_settle(struct bucket *b, uint64_t now_ns, uint64_t charged, uint64_t used);
/*
 * Another limit and capacity (0: the limit) from now on. What there is stays, as far as it fits; of a fixed
 * window, what was taken stays taken. A limit that there was not before begins full.
 */
void sim_bucket_change(struct bucket *b, uint64_t now_ns, uint64_t limit, uint64_t capacity);
/* Whole items there; 0 when overdrawn. */
uint64_t sim_bucket_remaining(struct bucket *b, uint64_t now_ns);
/* Nanoseconds until items can be taken, rounded up; BUCKET_NEVER if they exceed the capacity. */
uint64_t sim_bucket_wait_ns(struct bucket *b, uint64_t now_ns, uint64_t items);
/*
 * What a provider calls the reset, rounded up: the time until limit items are there, or to the end of a
 * fixed window. A provider's bucket holds its limit. Of one that holds less, this is when it would hold it,
 * so that period = reset * limit / (limit - remaining) is true for every capacity.
 */
uint64_t sim_bucket_reset_ns(struct bucket *b, uint64_t now_ns);

#endif
