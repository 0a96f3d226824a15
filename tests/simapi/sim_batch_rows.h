/* Where the rows of a batch stand in its file, and whether an id came before. No memory ends the program. */
#ifndef SIMAPI_BATCH_ROWS_H
#define SIMAPI_BATCH_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct batch_rows {
    uint64_t *at; /* offsets of their lines */
    size_t count, cap;
    uint64_t *seen; /* hashes of ids, open addressing; 0: free */
    size_t seen_count, seen_cap;
};

void sim_batch_rows_add(struct batch_rows *r, uint64_t at);
/* False: an id of this hash (sim_chance_hash) came before. */
bool sim_batch_rows_is_new(struct batch_rows *r, uint64_t hash);
/* Forgets the ids, and puts the rows into an order that the lot decides. */
void sim_batch_rows_shuffle(struct batch_rows *r, uint64_t lot);
void sim_batch_rows_free(struct batch_rows *r);

#endif
