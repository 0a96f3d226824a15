/* What a real API remembers of the prompts that came before: their beginnings, for a while. Pure. */
#ifndef SIMAPI_CACHE_H
#define SIMAPI_CACHE_H

#include "sim_ask.h"

#include <stdbool.h>
#include <stdint.h>

#define CACHE_PLACES 65536u
#define CACHE_MARKS 512u
#define CACHE_STEP \
    128u /* tokens: without marks beginnings are remembered at so many, and twice as many, ... */
#define CACHE_BREAKPOINTS 4u

struct cache_place {
    uint64_t hash, from_ns, until_ns;
};

struct cache {
    uint64_t least_tokens;     /* no shorter beginning is remembered; 0: none at all */
    uint64_t life_ns;          /* since it was read last; of those for an hour twelve times that */
    struct cache_place *place; /* CACHE_PLACES of them; NULL: none yet */
};

/* Beginnings of one prompt that may be remembered, the shortest first. */
struct cache_marks {
    size_t count;
    struct {
        uint64_t hash, tokens;
        bool hour;
    } of[CACHE_MARKS];
};

/* Of the input: what was remembered, and what will be. */
struct cached {
    uint64_t read, written, written_hour;
};

/*
 * API of messages: up to each block with cache_control. The others: by themselves, apart for each
 * prompt_cache_key. Every account (its key's hash) and model has a memory of its own. False: the request is
 * wrong, and *wrong says how.
 */
bool sim_cache_marks(const struct cache *c, const struct ask *a, enum api api, uint32_t account,
                     struct cache_marks *marks, const char **wrong);
/* What of it is remembered now; what is, lives on. Only the API of messages charges for what is written. */
struct cached sim_cache_look(struct cache *c, const struct cache_marks *marks, enum api api, uint64_t now_ns);
/* It is remembered from then on: when its answer begins. */
void sim_cache_store(struct cache *c, const struct cache_marks *marks, uint64_t from_ns);
void sim_cache_free(struct cache *c);

#endif
