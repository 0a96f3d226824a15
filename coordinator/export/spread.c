#include "export/spread.h"

#include "ration/file_io.h"
#include "system/temp_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PARTS 256U
#define BLOCK 512U // pairs

struct pair {
    uint32_t key, value;
};

struct part {
    struct pair pair[BLOCK];
    uint32_t used;             // of these
    uint32_t *block;           // those of it in the file
    uint32_t blocks, capacity; // of that list
};

struct spread {
    int fd; // -1 until something must be written
    uint32_t written;
    uint32_t each;   // keys of a part
    uint32_t *value; // of one part: + 1, 0: none
    struct part part[PARTS];
};

struct spread *spread_new(uint32_t keys) {
    struct spread *spread = calloc(1, sizeof(*spread));
    if (spread == NULL) {
        return NULL;
    }
    spread->fd = -1;
    spread->each = keys / PARTS + 1;
    spread->value = calloc(spread->each, sizeof(*spread->value));
    if (spread->value == NULL) {
        free(spread);
        errno = ENOMEM;
        return NULL;
    }
    return spread;
}

void spread_free(struct spread *spread) {
    if (spread == NULL) {
        return;
    }
    for (uint32_t i = 0; i < PARTS; i++) {
        free(spread->part[i].block);
    }
    if (spread->fd >= 0) {
        (void)close(spread->fd);
    }
    free(spread->value);
    free(spread);
}

static int note_block(struct part *part, uint32_t block) {
    if (part->blocks == part->capacity) {
        uint32_t capacity = part->capacity == 0 ? 16 : 2 * part->capacity;
        uint32_t *list = reallocarray(part->block, capacity, sizeof(*list));
        if (list == NULL) {
            return ENOMEM;
        }
        part->block = list;
        part->capacity = capacity;
    }
    part->block[part->blocks++] = block;
    return 0;
}

static int write_block(struct spread *spread, struct part *part) {
    if (spread->fd < 0) {
        spread->fd = temp_file_open();
        if (spread->fd < 0) {
            return errno;
        }
    }
    int error = file_io_write(spread->fd, (const char *)part->pair, sizeof(part->pair),
                              (uint64_t)spread->written * sizeof(part->pair));
    error = error != 0 ? error : note_block(part, spread->written);
    if (error == 0) {
        spread->written++;
        part->used = 0;
    }
    return error;
}

int spread_add(struct spread *spread, uint32_t key, uint32_t value) {
    struct part *part = &spread->part[key / spread->each];
    if (part->used == BLOCK) {
        int error = write_block(spread, part);
        if (error != 0) {
            return error;
        }
    }
    part->pair[part->used++] = (struct pair){key, value};
    return 0;
}

static void gather(struct spread *spread, const struct pair *pair, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        spread->value[pair[i].key % spread->each] = pair[i].value + 1;
    }
}

static int put_part(struct spread *spread, uint32_t number,
                    int (*put)(void *context, uint32_t key, uint32_t value), void *context) {
    const struct part *part = &spread->part[number];
    int error = 0;
    memset(spread->value, 0, spread->each * sizeof(*spread->value));
    for (uint32_t i = 0; i < part->blocks && error == 0; i++) {
        struct pair pair[BLOCK];
        error = file_io_read(spread->fd, (char *)pair, sizeof(pair), (uint64_t)part->block[i] * sizeof(pair));
        gather(spread, pair, error == 0 ? BLOCK : 0);
    }
    gather(spread, part->pair, part->used);
    for (uint32_t i = 0; i < spread->each && error == 0; i++) {
        if (spread->value[i] != 0) {
            error = put(context, number * spread->each + i, spread->value[i] - 1);
        }
    }
    return error;
}

int spread_each(struct spread *spread, int (*put)(void *context, uint32_t key, uint32_t value),
                void *context) {
    int error = 0;
    for (uint32_t i = 0; i < PARTS && error == 0; i++) {
        error = put_part(spread, i, put, context);
    }
    return error;
}
