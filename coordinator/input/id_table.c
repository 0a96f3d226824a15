#include "input/id_table.h"

#include "input/id_hash.h"
#include "ration/file_io.h"
#include "system/temp_file.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PARTITION_BITS 8
#define PARTITIONS (1U << PARTITION_BITS)
#define CHUNK 512U // entries that are buffered, and written at once

struct entry {
    uint64_t high;
    uint32_t low;
    uint32_t value;
};
static_assert(sizeof(struct entry) == 16,
              "no padding: entries are written to a file and kept by the million");

struct partition {
    uint64_t *chunk; // offsets in the file, in the order they were added
    size_t chunks;
    size_t room;
    struct entry *buffer;
    size_t buffered;
};

struct id_table {
    int fd; // temporary file, -1 until something must be written
    uint64_t end;
    uint64_t count;
    struct entry *buffers; // PARTITIONS × CHUNK, touched as needed
    struct partition partition[PARTITIONS];
};

// One partition as a hash table with open addressing; its places are found by the bits below those of the
// partition.
struct lookup {
    struct entry *place; // value ID_TABLE_NONE: free
    size_t room;         // a power of two
};

struct id_table *id_table_new(void) {
    struct id_table *table = calloc(1, sizeof(*table));
    if (table == NULL) {
        return NULL;
    }
    table->fd = -1;
    table->buffers = calloc(PARTITIONS, CHUNK * sizeof(struct entry));
    if (table->buffers == NULL) {
        free(table);
        return NULL;
    }
    for (size_t i = 0; i < PARTITIONS; i++) {
        table->partition[i].buffer = table->buffers + i * CHUNK;
    }
    return table;
}

void id_table_free(struct id_table *table) {
    if (table == NULL) {
        return;
    }
    if (table->fd >= 0) {
        close(table->fd);
    }
    for (size_t i = 0; i < PARTITIONS; i++) {
        free(table->partition[i].chunk);
    }
    free(table->buffers);
    free(table);
}

uint64_t id_table_count(const struct id_table *table) {
    return table->count;
}

static int spill(struct id_table *table, struct partition *partition) {
    if (table->fd < 0) {
        table->fd = temp_file_open();
        if (table->fd < 0) {
            return errno;
        }
    }
    if (partition->chunks == partition->room) {
        size_t room = partition->room == 0 ? 8 : partition->room * 2;
        uint64_t *chunk = reallocarray(partition->chunk, room, sizeof(*chunk));
        if (chunk == NULL) {
            return ENOMEM;
        }
        partition->chunk = chunk;
        partition->room = room;
    }
    size_t size = CHUNK * sizeof(struct entry);
    int error = file_io_write(table->fd, partition->buffer, size, table->end);
    if (error != 0) {
        return error;
    }
    partition->chunk[partition->chunks++] = table->end;
    table->end += size;
    partition->buffered = 0;
    return 0;
}

int id_table_add(struct id_table *table, const char *id, size_t length, uint32_t value) {
    struct id_hash hash = id_hash(id, length);
    struct partition *partition = &table->partition[hash.high >> (64 - PARTITION_BITS)];
    if (partition->buffered == CHUNK) {
        int error = spill(table, partition);
        if (error != 0) {
            return error;
        }
    }
    partition->buffer[partition->buffered++] = (struct entry){hash.high, hash.low, value};
    table->count++;
    return 0;
}

static size_t partition_count(const struct partition *partition) {
    return partition->chunks * CHUNK + partition->buffered;
}

// Calls `take` for each entry of a partition in the order they were added. 0, an errno, or what `take`
// returned.
static int each_entry(struct id_table *table, const struct partition *partition,
                      int (*take)(void *context, const struct entry *entry), void *context) {
    struct entry chunk[CHUNK];
    int status = 0;
    for (size_t i = 0; i < partition->chunks && status == 0; i++) {
        status = file_io_read(table->fd, chunk, sizeof(chunk), partition->chunk[i]);
        for (size_t j = 0; j < CHUNK && status == 0; j++) {
            status = take(context, &chunk[j]);
        }
    }
    for (size_t j = 0; j < partition->buffered && status == 0; j++) {
        status = take(context, &partition->buffer[j]);
    }
    return status;
}

// Empty, with room for `count` entries at a load of at most 2/3. 0 or ENOMEM.
static int lookup_reset(struct lookup *lookup, size_t count) {
    size_t room = 64;
    while (room < count + count / 2) {
        room *= 2;
    }
    if (room > lookup->room) {
        free(lookup->place);
        lookup->place = reallocarray(NULL, room, sizeof(*lookup->place));
        lookup->room = lookup->place == NULL ? 0 : room;
        if (lookup->place == NULL) {
            return ENOMEM;
        }
    }
    memset(lookup->place, 0xff, lookup->room * sizeof(*lookup->place));
    return 0;
}

// The place of that id: taken by it, or free.
static struct entry *lookup_find(const struct lookup *lookup, const struct entry *entry) {
    size_t i = (size_t)(entry->high >> (32 - PARTITION_BITS)) & (lookup->room - 1);
    for (;;) {
        struct entry *place = &lookup->place[i];
        if (place->value == ID_TABLE_NONE || (place->high == entry->high && place->low == entry->low)) {
            return place;
        }
        i = (i + 1) & (lookup->room - 1);
    }
}

struct pass {
    struct lookup lookup;
    int (*call)(void *context, uint32_t first, uint32_t second);
    void *context;
};

static int insert(void *context, const struct entry *entry) {
    struct pass *pass = context;
    struct entry *place = lookup_find(&pass->lookup, entry);
    if (place->value == ID_TABLE_NONE) {
        *place = *entry;
        return 0;
    }
    return pass->call == NULL ? 0 : pass->call(pass->context, place->value, entry->value);
}

static int match_entry(void *context, const struct entry *entry) {
    struct pass *pass = context;
    return pass->call(pass->context, lookup_find(&pass->lookup, entry)->value, entry->value);
}

int id_table_duplicates(struct id_table *table, int (*pair)(void *context, uint32_t first, uint32_t again),
                        void *context) {
    struct pass pass = {.call = pair, .context = context};
    int status = 0;
    for (size_t i = 0; i < PARTITIONS && status == 0; i++) {
        const struct partition *partition = &table->partition[i];
        status = lookup_reset(&pass.lookup, partition_count(partition));
        if (status == 0) {
            status = each_entry(table, partition, insert, &pass);
        }
    }
    free(pass.lookup.place);
    return status;
}

int id_table_join(struct id_table *table, struct id_table *wanted,
                  int (*match)(void *context, uint32_t found, uint32_t value), void *context) {
    struct pass pass = {.context = context};
    int status = 0;
    for (size_t i = 0; i < PARTITIONS && status == 0; i++) {
        if (partition_count(&wanted->partition[i]) == 0) {
            continue;
        }
        status = lookup_reset(&pass.lookup, partition_count(&table->partition[i]));
        pass.call = NULL;
        if (status == 0) {
            status = each_entry(table, &table->partition[i], insert, &pass);
        }
        pass.call = match;
        if (status == 0) {
            status = each_entry(wanted, &wanted->partition[i], match_entry, &pass);
        }
    }
    free(pass.lookup.place);
    return status;
}
