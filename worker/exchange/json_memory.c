#include "exchange/json_memory.h"

#include "exchange/json_tree.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)64 << 10)
#define ALIGNMENT sizeof(void *)

struct block {
    struct block *next;
    size_t size; // of bytes[]
    size_t used;
    char bytes[];
};

// cJSON's hooks carry no context, so the memory is the process's; the worker has one thread.
static struct block *blocks; // the newest first
static size_t taken;         // bytes of all blocks
static size_t bound;
static bool starved;

static void *take(size_t size) {
    size_t rounded = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
    if (rounded < size) {
        return NULL;
    }
    if (blocks == NULL || rounded > blocks->size - blocks->used) {
        size_t room = rounded > BLOCK_SIZE ? rounded : BLOCK_SIZE;
        if (room > bound || taken > bound - room) {
            return NULL;
        }
        struct block *block = malloc(sizeof(*block) + room);
        if (block == NULL) {
            starved = true;
            return NULL;
        }
        *block = (struct block){.next = blocks, .size = room, .used = 0};
        blocks = block;
        taken += room;
    }
    void *memory = blocks->bytes + blocks->used;
    blocks->used += rounded;
    return memory;
}

static void keep(void *memory) {
    (void)memory;
}

static void begin(size_t limit) {
    json_memory_release();
    bound = limit;
    starved = false;
}

cJSON *json_memory_parse(const char *json, size_t length, size_t limit) {
    static cJSON_Hooks hooks = {.malloc_fn = take, .free_fn = keep};
    begin(limit);
    cJSON *root = json_tree_parse(json, length, take);
    if (root != NULL) {
        return root;
    }
    begin(limit);
    cJSON_InitHooks(&hooks);
    root = cJSON_ParseWithLengthOpts(json, length, NULL, false);
    cJSON_InitHooks(NULL);
    return root;
}

char *json_memory_room(size_t size) {
    bound = SIZE_MAX / 2;
    return take(size);
}

bool json_memory_starved(void) {
    return starved;
}

void json_memory_release(void) {
    while (blocks != NULL && (blocks->next != NULL || blocks->size > BLOCK_SIZE)) {
        struct block *next = blocks->next;
        taken -= blocks->size;
        free(blocks);
        blocks = next;
    }
    if (blocks != NULL) {
        blocks->used = 0;
    }
}

void json_memory_free(void) {
    json_memory_release();
    free(blocks);
    blocks = NULL;
    taken = 0;
}
