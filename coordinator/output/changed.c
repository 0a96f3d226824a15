#include "output/changed.h"

#include "input/record_at.h"
#include "ration/log.h"
#include "ration/request.h"
#include "ration/utf8.h"

#include <bsd/string.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_HASH 64U // a longer one is not ours, and matches none when it is cut

static int add_key(struct id_table *table, const char *id, size_t length, const char *hash,
                   size_t hash_length, uint32_t value) {
    char key[RESULT_LINE_ID_SIZE + MAX_HASH];
    size_t kept = hash_length < MAX_HASH ? hash_length : MAX_HASH;
    if (length >= RESULT_LINE_ID_SIZE) {
        return EINVAL;
    }
    memcpy(key, id, length);
    key[length] = '\0';
    memcpy(key + length + 1, hash, kept);
    return id_table_add(table, key, length + 1 + kept, value);
}

int changed_note(struct id_table *hashes, const struct result_row *row) {
    const char *hash;
    size_t length;
    if (!result_line_input_hash(row->format, row->text, row->size, &hash, &length) || length == 0) {
        return 0;
    }
    return add_key(hashes, row->id, row->id_length, hash, length, row->number);
}

// Goes through the input in order, leaving out what is not wanted.
struct walk {
    const struct changed_input *input;
    struct record_reader *reader;
    uint32_t next; // the artist that the reader gives next
};

// `artist` is not before walk->next. 0, or -1 after telling.
static int walk_to(struct walk *walk, uint32_t artist, struct record *record) {
    if (artist / INPUT_INDEX_STEP != walk->next / INPUT_INDEX_STEP || walk->next == 0) {
        uint64_t offset;
        uint64_t line;
        input_index_locate(walk->input->index, artist, &offset, &line, &walk->next);
        record_reader_seek(walk->reader, offset, line);
    }
    do {
        if (record_reader_next(walk->reader, record) != RECORD_OK) {
            log_fatal("input", "%s: changed while it was read; start again when it is complete",
                      walk->input->name);
            return -1;
        }
    } while (walk->next++ < artist);
    return 0;
}

static int failed(int error) {
    log_fatal("input", "cannot look for changed artists: %s", strerror(error));
    return -1;
}

// Adds the present hash of each answered artist to `present`.
static int hash_artists(struct walk *walk, struct request_maker *maker, const struct bits *answered,
                        struct id_table *present) {
    for (uint32_t artist = 0; artist < walk->input->index->artists; artist++) {
        struct record record;
        char hash[REQUEST_HASH_SIZE];
        if (!bits_get(answered, artist)) {
            continue;
        }
        if (walk_to(walk, artist, &record) != 0) {
            return -1;
        }
        if (request_prepare(maker, &record) != 0) {
            return failed(ENOMEM);
        }
        request_hash(maker, hash);
        int error = add_key(present, record.id.text, record.id.length, hash, REQUEST_HASH_SIZE - 1, artist);
        for (size_t i = 0; error == 0 && !walk->input->other_request && request_old_hash(maker, i, hash);
             i++) {
            error = add_key(present, record.id.text, record.id.length, hash, REQUEST_HASH_SIZE - 1, artist);
        }
        if (error != 0) {
            return failed(error);
        }
    }
    return 0;
}

struct found {
    struct bits *lines, *fresh;
};

static int keep(void *context, uint32_t artist, uint32_t line) {
    const struct found *found = context;
    return artist == ID_TABLE_NONE ? bits_set(found->lines, line) : bits_set(found->fresh, artist);
}

int changed_find(const struct changed_input *input, const struct bits *answered, struct id_table *hashes,
                 struct bits *lines, struct bits *fresh) {
    const struct input_index *index = input->index;
    int status = -1;
    struct walk walk = {.input = input, .reader = record_at_reader(index, input->fd, input->name)};
    struct request_maker *maker = request_new(input->settings, NULL);
    struct id_table *present = id_table_new();
    if (walk.reader == NULL || maker == NULL || present == NULL) {
        (void)failed(ENOMEM);
        goto done;
    }
    if (hash_artists(&walk, maker, answered, present) != 0) {
        goto done;
    }
    int error = id_table_join(present, hashes, keep, &(struct found){lines, fresh});
    status = error == 0 ? 0 : failed(error);
done:
    id_table_free(present);
    request_free(maker);
    record_reader_free(walk.reader);
    return status;
}

void changed_add(struct changed_artists *artists, uint32_t artist) {
    size_t at = artists->kept;
    artists->total++;
    while (at > 0 && artists->first[at - 1] > artist) {
        at--;
    }
    if (at == CHANGED_TOLD) {
        return;
    }
    size_t behind = (artists->kept < CHANGED_TOLD ? artists->kept : CHANGED_TOLD - 1) - at;
    memmove(&artists->first[at + 1], &artists->first[at], behind * sizeof(artists->first[0]));
    artists->first[at] = artist;
    artists->kept += artists->kept < CHANGED_TOLD;
}

int changed_tell(const struct changed_input *input, const struct changed_artists *artists, bool redo) {
    char ids[CHANGED_TOLD * (UTF8_PRINTABLE_SIZE + 2)] = "";
    for (size_t i = 0; i < artists->kept; i++) {
        struct record record;
        char shown[UTF8_PRINTABLE_SIZE];
        struct record_reader *reader =
            record_at(input->index, input->fd, input->name, artists->first[i], &record);
        if (reader == NULL) {
            return -1;
        }
        (void)strlcat(ids, i == 0 ? "" : ", ", sizeof(ids));
        (void)strlcat(ids, utf8_printable(record.id.text, record.id.length, shown), sizeof(ids));
        record_reader_free(reader);
    }
    const char *more = artists->total > artists->kept ? ", …" : "";
    if (artists->total > 0 && redo) {
        log_info("input", "%" PRIu32 " answered artists' input has changed since, they are asked again: %s%s",
                 artists->total, ids, more);
    } else if (artists->total > 0) {
        log_warn("input",
                 "%" PRIu32
                 " answered artists' input has changed since: %s%s; --redo-changed asks them again",
                 artists->total, ids, more);
    }
    return 0;
}
