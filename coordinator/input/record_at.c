#include "input/record_at.h"

#include "ration/log.h"

static struct record_reader *open_reader(const struct input_index *index, int fd, const char *name) {
    struct record_reader *reader = record_reader_new(fd, name, index->format);
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
    struct record_reader *reader = open_reader(index, fd, name);
    if (reader == NULL) {
        return NULL;
    }
    input_index_locate(index, artist, &offset, &line, &next);
    record_reader_seek(reader, offset, line);
    do {
        if (record_reader_next(reader, record) != RECORD_OK) {
            log_fatal("input", "the input was changed while it was being read: %s",
                      record_reader_message(reader));
            record_reader_free(reader);
            return NULL;
        }
    } while (next++ < artist);
    return reader;
}
