#include "input/record_at.h"

#include "ration/log.h"
#include "ration/record_group.h"

struct record_reader *record_at_reader(const struct input_index *index, int fd, const char *name) {
    struct record_reader *reader = record_reader_new(fd, name, index->format);
    if (reader != NULL) {
        record_reader_set_shape(reader, &index->shape);
    }
    if (reader != NULL && index->columns > 0 &&
        record_reader_set_columns(reader, index->columns, index->column) != 0) {
        record_reader_free(reader);
        reader = NULL;
    }
    if (reader == NULL) {
        log_fatal("run", "out of memory");
    }
    return reader;
}

struct record_reader *record_at(const struct input_index *index, int fd, const char *name, uint32_t artist,
                                struct record *record) {
    uint64_t offset, line;
    uint32_t next = 0;
    struct record_group group;
    uint64_t proof;
    struct record_reader *reader = record_at_reader(index, fd, name);
    if (reader == NULL) {
        return NULL;
    }
    input_index_locate(index, artist, &offset, &line, &next);
    record_reader_seek(reader, offset, line);
    if (record_group_read(reader, &group, &proof) != RECORD_OK) {
        log_fatal("input", "the input was changed while it was being read: %s",
                  record_reader_message(reader));
        goto fail;
    }
    for (uint32_t at = next;; at++) {
        if (record_reader_next(reader, record) != RECORD_OK || at == artist) {
            break;
        }
    }
    if (proof != index->place[artist / INPUT_INDEX_STEP].proof ||
        !record_group_holds(&group, artist - next, record)) {
        log_fatal("input", "the input was changed while it was being read: artist number %u is another one",
                  artist + 1);
        goto fail;
    }
    return reader;
fail:
    record_reader_free(reader);
    return NULL;
}
