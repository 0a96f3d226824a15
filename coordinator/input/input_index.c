#include "input/input_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_PLACES 1024U // capacities are powers of two from here on, so they need not be stored
#define FIRST_PRIORITIES 4096U

static bool is_full(size_t used, size_t first) {
    return used == 0 || (used >= first && (used & (used - 1)) == 0);
}

static int add_place(struct input_index *index, uint64_t offset, uint64_t line) {
    if (is_full(index->places, FIRST_PLACES)) {
        size_t room = index->places == 0 ? FIRST_PLACES : index->places * 2;
        struct input_place *place = reallocarray(index->place, room, sizeof(*place));
        if (place == NULL) {
            return ENOMEM;
        }
        index->place = place;
    }
    index->place[index->places++] = (struct input_place){offset, line, 0};
    return 0;
}

static unsigned encode(enum priority priority) {
    return (unsigned)priority ^ (unsigned)PRIORITY_NORMAL;
}

static int set_priority(struct input_index *index, uint32_t artist, enum priority priority) {
    size_t byte = artist / 4;
    if (byte >= index->priorities) {
        size_t size = index->priorities == 0 ? FIRST_PRIORITIES : index->priorities;
        while (size <= byte) {
            size *= 2;
        }
        uint8_t *grown = realloc(index->priority, size);
        if (grown == NULL) {
            return ENOMEM;
        }
        memset(grown + index->priorities, 0, size - index->priorities);
        index->priority = grown;
        index->priorities = size;
    }
    index->priority[byte] = (uint8_t)(index->priority[byte] | encode(priority) << (artist % 4 * 2));
    return 0;
}

int input_index_add(struct input_index *index, uint64_t offset, uint64_t line, uint64_t hash,
                    enum priority priority) {
    int error = 0;
    if (index->total % INPUT_INDEX_STEP == 0) {
        error = add_place(index, offset, line);
    }
    if (error == 0 && priority != PRIORITY_NORMAL) {
        error = set_priority(index, index->total, priority);
    }
    if (error == 0) {
        uint64_t *proof = &index->place[index->places - 1].proof;
        *proof = record_group_join(*proof, hash);
        index->artists = ++index->total;
    }
    return error;
}

void input_index_limit(struct input_index *index, uint32_t artists) {
    if (artists < index->artists) {
        index->artists = artists;
    }
    size_t places = ((size_t)index->artists + INPUT_INDEX_STEP - 1) / INPUT_INDEX_STEP;
    if (places == 0 || places > index->places) {
        return;
    }
    struct input_place *place = reallocarray(index->place, places, sizeof(*place));
    if (place != NULL) {
        index->place = place;
        index->places = places;
    }
}

void input_index_locate(const struct input_index *index, uint32_t artist, uint64_t *offset, uint64_t *line,
                        uint32_t *seek_artist) {
    const struct input_place *place = &index->place[artist / INPUT_INDEX_STEP];
    *offset = place->offset;
    *line = place->line;
    *seek_artist = artist - artist % INPUT_INDEX_STEP;
}

const char *input_index_id_name(const struct input_index *index) {
    return index->shape.id != NULL ? index->shape.id : "artist_id";
}

enum priority input_index_priority(const struct input_index *index, uint32_t artist) {
    size_t byte = artist / 4;
    unsigned bits = byte < index->priorities ? (unsigned)index->priority[byte] >> (artist % 4 * 2) & 3U : 0;
    return (enum priority)(bits ^ (unsigned)PRIORITY_NORMAL);
}

void input_index_free(struct input_index *index) {
    for (size_t i = 0; i < index->columns; i++) {
        free(index->column[i]);
    }
    free(index->id_column);
    free(index->name_column);
    free(index->place);
    free(index->priority);
    memset(index, 0, sizeof(*index));
}
