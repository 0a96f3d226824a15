#include "sim_batch_rows.h"

#include "sim_chance.h"

#include <err.h>
#include <stdlib.h>

void sim_batch_rows_add(struct batch_rows *r, uint64_t at) {
    if (r->count == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 1024;
        uint64_t *grown = reallocarray(r->at, cap, sizeof(*grown));

        if (!grown)
            errx(1, "fatal: no memory for %zu rows of a batch", cap);
        r->at = grown;
        r->cap = cap;
    }
    r->at[r->count++] = at;
}

static uint64_t *place_of(uint64_t *seen, size_t cap, uint64_t hash) {
    size_t at = hash & (cap - 1);

    while (seen[at] && seen[at] != hash)
        at = (at + 1) & (cap - 1);
    return &seen[at];
}

static void grow_seen(struct batch_rows *r) {
    size_t cap = r->seen_cap ? r->seen_cap * 2 : 2048;
    uint64_t *grown = calloc(cap, sizeof(*grown));

    if (!grown)
        errx(1, "fatal: no memory for %zu ids of a batch", cap);
    for (size_t i = 0; i < r->seen_cap; i++)
        if (r->seen[i])
            *place_of(grown, cap, r->seen[i]) = r->seen[i];
    free(r->seen);
    r->seen = grown;
    r->seen_cap = cap;
}

bool sim_batch_rows_is_new(struct batch_rows *r, uint64_t hash) {
    uint64_t *place;

    hash += !hash;
    if (r->seen_count * 2 >= r->seen_cap)
        grow_seen(r);
    place = place_of(r->seen, r->seen_cap, hash);
    if (*place)
        return false;
    *place = hash;
    r->seen_count++;
    return true;
}

static void forget(struct batch_rows *r) {
    free(r->seen);
    r->seen = NULL;
    r->seen_count = r->seen_cap = 0;
}

void sim_batch_rows_shuffle(struct batch_rows *r, uint64_t lot) {
    forget(r);
    for (size_t i = r->count; i > 1; i--) {
        size_t other = (size_t)(sim_chance_draw(lot + i, CHANCE_OF_SHAPE) * (double)i);
        uint64_t at = r->at[i - 1];

        r->at[i - 1] = r->at[other];
        r->at[other] = at;
    }
}

void sim_batch_rows_free(struct batch_rows *r) {
    forget(r);
    free(r->at);
    *r = (struct batch_rows){0};
}
