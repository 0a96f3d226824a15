#include "quota/quota_provider.h"

#include "ration/clock.h"

#include <inttypes.h>
#include <stdio.h>

#define DAY_MOST (CLOCK_DAY + CLOCK_DAY / 20)

// A day whose quota comes back all at once. One that refills all the time has no end.
static bool ends(const struct ledger_dimension *dimension, uint64_t now) {
    return dimension->fixed && dimension->window > DIMENSION_PACED_MOST && dimension->window <= DAY_MOST &&
           dimension->resets > now;
}

// Of those of a unit that an answer told of, the one with the longest window; NULL: there is none.
static const struct ledger_dimension *heard(const struct ledger_state *state, enum dimension_unit unit) {
    const struct ledger_dimension *longest = NULL;
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        const struct ledger_dimension *dimension = &state->dimension[i];
        if (dimension->unit == unit && dimension->heard && dimension->limit > 0 &&
            (longest == NULL || dimension->window > longest->window)) {
            longest = dimension;
        }
    }
    return longest;
}

static void add_day(struct quota_provider *provider, const struct ledger_dimension *dimension, uint64_t now,
                    uint64_t *blocked, bool *known) {
    if (dimension->unit == DIMENSION_REQUESTS && dimension->window > DIMENSION_PACED_MOST &&
        dimension->window <= DAY_MOST) {
        provider->day_left += dimension->remaining;
        provider->day_limit += dimension->limit;
    }
    if (!ends(dimension, now)) {
        return;
    }
    *known = true;
    if (provider->reset == 0 || dimension->resets < provider->reset) {
        provider->reset = dimension->resets;
    }
    // Free again when the day ends, and not before.
    if (dimension->free_at >= dimension->resets && dimension->free_at != CLOCK_NEVER &&
        dimension->free_at > *blocked) {
        *blocked = dimension->free_at;
    }
}

void quota_provider_add(struct quota_provider *provider, const struct ledger_state *state, uint64_t now) {
    const struct ledger_dimension *requests = heard(state, DIMENSION_REQUESTS);
    const struct ledger_dimension *tokens = heard(state, DIMENSION_TOKENS);
    uint64_t blocked = 0;
    bool known = false;
    if (state->disabled) {
        return;
    }
    provider->open++;
    if (requests != NULL) {
        provider->requests += requests->remaining;
        provider->requests_limit += requests->limit;
    }
    if (tokens != NULL) {
        provider->tokens += tokens->remaining;
        provider->tokens_limit += tokens->limit;
    }
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        if (state->dimension[i].unit != DIMENSION_NONE) {
            add_day(provider, &state->dimension[i], now, &blocked, &known);
        }
    }
    provider->days += known;
    if (blocked != 0) {
        provider->free_at = provider->spent == 0 || blocked < provider->free_at ? blocked : provider->free_at;
        provider->spent++;
    }
}

bool quota_provider_spent(const struct quota_provider *provider) {
    return provider->open > 0 && provider->spent == provider->open;
}

bool quota_provider_print(const struct quota_provider *provider, char out[QUOTA_PROVIDER_TEXT]) {
    char requests[48] = "", tokens[48] = "";
    if (provider->requests_limit > 0) {
        (void)snprintf(requests, sizeof(requests), "%" PRIu64 "/%" PRIu64 " requests", provider->requests,
                       provider->requests_limit);
    }
    if (provider->tokens_limit > 0) {
        (void)snprintf(tokens, sizeof(tokens), "%" PRIu64 "/%" PRIu64 " tokens", provider->tokens,
                       provider->tokens_limit);
    }
    (void)snprintf(out, QUOTA_PROVIDER_TEXT, "%s%s%s", requests,
                   requests[0] != '\0' && tokens[0] != '\0' ? ", " : "", tokens);
    return out[0] != '\0';
}
