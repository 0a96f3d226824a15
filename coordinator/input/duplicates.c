#include "input/duplicates.h"

#include "ration/utf8.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define KEPT 64U

struct pair {
    uint32_t first;
    uint32_t again;
};

// The pairs whose second artist comes first in the input, in that order.
struct found {
    struct pair pair[KEPT];
    size_t kept;
    uint64_t total;
};

static int keep(void *context, uint32_t first, uint32_t again) {
    struct found *found = context;
    found->total++;
    size_t at = found->kept;
    while (at > 0 && found->pair[at - 1].again > again) {
        at--;
    }
    if (at == KEPT) {
        return 0;
    }
    size_t behind = (found->kept < KEPT ? found->kept : KEPT - 1) - at;
    memmove(&found->pair[at + 1], &found->pair[at], behind * sizeof(found->pair[0]));
    found->pair[at] = (struct pair){first, again};
    found->kept += found->kept < KEPT;
    return 0;
}

// Reads that artist again. False when it cannot be read.
static bool read_artist(struct record_reader *reader, const struct input_index *index, uint32_t artist,
                        struct record *record) {
    uint64_t offset;
    uint64_t line;
    uint32_t at;
    input_index_locate(index, artist, &offset, &line, &at);
    record_reader_seek(reader, offset, line);
    for (;;) {
        enum record_status status = record_reader_next(reader, record);
        if (status == RECORD_OK && at++ == artist) {
            return true;
        }
        // Records that were told as bad have no number.
        if (status != RECORD_OK && !(status == RECORD_BAD && record_reader_can_go_on(reader))) {
            return false;
        }
    }
}

// Compares the ids themselves; false when only their hashes are equal.
static bool describe(struct record_reader *reader, const struct input_index *index, const char *name,
                     struct pair pair, char *message, size_t size) {
    struct record record;
    char id[RECORD_READER_MAX_ID];
    char shown[UTF8_PRINTABLE_SIZE];
    size_t length = 0;
    uint64_t line = 0;
    bool readable = read_artist(reader, index, pair.first, &record);
    if (readable) {
        length = record.id.length;
        line = record.line;
        memcpy(id, record.id.text, length);
        readable = read_artist(reader, index, pair.again, &record);
    }
    if (!readable) {
        snprintf(message, size, "%s: changed while it was read; start again when it is complete", name);
        return true;
    }
    if (record.id.length != length || memcmp(record.id.text, id, length) != 0) {
        return false;
    }
    snprintf(message, size,
             "%s:%" PRIu64 ": %s \"%s\" is already on line %" PRIu64 "; remove one, or give it another id",
             name, record.line, input_index_id_name(index), utf8_printable(id, length, shown), line);
    return true;
}

int duplicates_find(struct id_table *ids, struct record_reader *reader, const struct input_index *index,
                    const char *name, void (*tell)(void *context, const char *message), void *context) {
    struct found found = {.kept = 0};
    char message[1024];
    int error = id_table_duplicates(ids, keep, &found);
    for (size_t i = 0; i < found.kept && error == 0; i++) {
        if (describe(reader, index, name, found.pair[i], message, sizeof(message))) {
            tell(context, message);
        }
    }
    for (uint64_t i = found.kept; i < found.total && error == 0; i++) {
        tell(context, "a duplicate id");
    }
    return error;
}
