// What the provider's answers told of its quotas, over all sessions: the figures that people are told, and
// when a day ends. Pure.
#ifndef RATION_QUOTA_PROVIDER_H
#define RATION_QUOTA_PROVIDER_H

#include "ration/ledger.h"

#include <stdbool.h>
#include <stdint.h>

#define QUOTA_PROVIDER_TEXT 128U

// Begin it zeroed. Limits are 0 where nothing was told.
struct quota_provider {
    uint64_t requests, requests_limit; // left, and limit, of the longest window of each session
    uint64_t tokens, tokens_limit;
    uint64_t day_left, day_limit; // of requests a day, told by answers or configured
    uint64_t reset;               // the earliest end of a day after now; 0: not known
    uint32_t days;                // sessions whose day has such an end
    uint32_t open,
        spent; // sessions that are not disabled; those that may send nothing more before their day ends
    uint64_t free_at; // when the first of the spent ones may send again
};

void quota_provider_add(struct quota_provider *provider, const struct ledger_state *state, uint64_t now);

// No session may send before free_at, because of its day's quota.
bool quota_provider_spent(const struct quota_provider *provider);

// "4999/5000 requests, 3999000/4000000 tokens"; false: nothing was told.
bool quota_provider_print(const struct quota_provider *provider, char out[QUOTA_PROVIDER_TEXT]);

#endif
