// Lines that a member hands in at once: which chunks and bits they are of, and what is left of them when
// others were first. Pure.
#ifndef RATION_MEMBER_BATCH_H
#define RATION_MEMBER_BATCH_H

#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MEMBER_CHUNK 256U
#define MEMBER_BATCH_LINES 1000U
#define MEMBER_BATCH_BYTES ((size_t)512 << 10)

struct member_batch {
    bool of_errors;    // failures, not answers
    bool again;        // looked for in the whole file: `from` is no offset, and `to` is 0
    bool more;         // it is full, and lines wait that may be handed in after it
    uint64_t from, to; // offsets in the spool
    uint32_t lines;
    struct {
        size_t begin, end; // in `text`
        uint64_t from, to; // in the spool
        uint32_t artist;
        bool lost; // somebody else was first
        bool late; // which was found by the last member_batch_lose()
    } line[MEMBER_BATCH_LINES];
    struct text text;
    uint32_t chunks; // of lines that are not lost, ascending
    uint32_t chunk[MEMBER_BATCH_LINES];
};

void member_batch_begin(struct member_batch *batch, uint64_t from);
// Another line, without its end; where it stands in the spool, with its end. false: out of memory.
bool member_batch_add(struct member_batch *batch, const char *line, size_t length, uint32_t artist,
                      uint64_t from, uint64_t to);
bool member_batch_full(const struct member_batch *batch);
// Lines that are not lost.
uint32_t member_batch_kept(const struct member_batch *batch);

// Of these: their chunks as the text of an array, the bits of each likewise, and the lines with their ends.
void member_batch_chunks(struct member_batch *batch, struct text *out);
void member_batch_bits(const struct member_batch *batch, struct text *out);
void member_batch_body(const struct member_batch *batch, struct text *out);
// Where they stand, as the text of an array: from, to, from, to, …, lines in a row as one. false: that is all
// from `from` to `to`.
bool member_batch_pieces(const struct member_batch *batch, struct text *out);

// `bits`: the text of an array with MEMBER_CHUNK digits for each chunk in the order of the last
// member_batch_chunks(): a 1 is an artist that somebody else has. How many lines are lost now, which are
// late.
uint32_t member_batch_lose(struct member_batch *batch, const char *bits, size_t length);
// Likewise one artist.
uint32_t member_batch_lose_artist(struct member_batch *batch, uint32_t artist);

void member_batch_free(struct member_batch *batch);

#endif
