// Where each artist stands in the input, and its priority: a place for every 64th artist, two bits for each
// one's priority only when any differs from normal. 10 million artists take 4 MB, or 6.
#ifndef RATION_INPUT_INDEX_H
#define RATION_INPUT_INDEX_H

#include "ration/record_group.h"
#include "ration/record_reader.h"
#include "ration/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INPUT_INDEX_STEP RECORD_GROUP

struct input_place {
    uint64_t offset;
    uint64_t line;
    uint64_t proof; // of its records, see ration/record_group.h
};

struct input_index {
    enum settings_format format;
    struct record_shape shape; // its texts are whose options they are
    char *id_column;           // as record_reader_id() tells it
    char *name_column;         // likewise; NULL: there is none
    uint32_t artists;          // of this run
    uint32_t total;            // in the input; more than `artists` when they are limited
    size_t columns;            // CSV: of the header; JSONL: 0
    char *column[SETTINGS_MAX_COLUMNS];
    struct input_place *place; // of artists 0, 64, 128 …
    size_t places;
    uint8_t *priority; // four artists a byte, normal as 0; NULL when all are normal
    size_t priorities; // bytes
};

// *index was zeroed. Adds the next artist; `hash` is its record_group_hash(). 0 or ENOMEM.
int input_index_add(struct input_index *index, uint64_t offset, uint64_t line, uint64_t hash,
                    enum priority priority);

// Keeps the first `artists` only, and gives back memory that is not needed.
void input_index_limit(struct input_index *index, uint32_t artists);

// Where to read for `artist` (< total, or < artists after a limit): the record at *offset, on *line, is
// *seek_artist, at most 63 before it.
void input_index_locate(const struct input_index *index, uint32_t artist, uint64_t *offset, uint64_t *line,
                        uint32_t *seek_artist);

// What the id of an artist is called, for people: its column.
const char *input_index_id_name(const struct input_index *index);

enum priority input_index_priority(const struct input_index *index, uint32_t artist);

void input_index_free(struct input_index *index);

#endif
