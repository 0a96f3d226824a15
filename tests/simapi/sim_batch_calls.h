/* How many calls of files and batches an account may make a minute, all of them together. */
#ifndef SIMAPI_BATCH_CALLS_H
#define SIMAPI_BATCH_CALLS_H

#include "sim_bucket.h"

struct account;

/* The calls of one account. */
struct batch_calls {
    struct batch_calls *next;
    const struct account *account;
    struct bucket bucket;
};

/*
 * Takes one of the account's calls; most a minute. Returns 0, or the time after which there is one again. Its
 * bucket is full at first. Running out of memory ends the program.
 */
uint64_t sim_batch_calls_take(struct batch_calls **all, const struct account *account, uint64_t most,
                              uint64_t now_ns);
void sim_batch_calls_free(struct batch_calls **all);

#endif
