#include "fuzz_records.h"

#include "fuzz_bytes.h"
#include "ration/record_reader.h"
#include "ration/utf8.h"

#include <stdbool.h>

#define COMPARED 8 // records that are read again

static void check_field(const struct record_field *field) {
    FUZZ_CHECK(field->text != NULL && field->text[field->length] == '\0');
    FUZZ_CHECK(utf8_span(field->text, field->length) == field->length);
}

static void check_record(const struct record *record, uint64_t size) {
    check_field(&record->id);
    check_field(&record->name);
    check_field(&record->data);
    FUZZ_CHECK(record->id.length > 0 && record->id.length <= RECORD_READER_MAX_ID);
    FUZZ_CHECK(record->name.length > 0);
    FUZZ_CHECK(record->priority < PRIORITIES);
    FUZZ_CHECK(record->line > 0 && record->offset < size);
    FUZZ_CHECK(record->columns <= SETTINGS_MAX_COLUMNS);
    for (size_t i = 0; i < record->columns; i++) {
        check_field(&record->field[i]);
        FUZZ_CHECK(record->column[i] != NULL);
    }
}

// As a worker does: with the columns that the coordinator read, from an offset on.
static struct record_reader *second_reader(int fd, struct record_reader *first, enum settings_format format) {
    const char *const *names = NULL;
    struct record_reader *reader = record_reader_new(fd, "input", format);
    FUZZ_CHECK(reader != NULL);
    if (format == SETTINGS_CSV) {
        char *copy[SETTINGS_MAX_COLUMNS];
        size_t columns = record_reader_columns(first, &names);
        FUZZ_CHECK(columns <= SETTINGS_MAX_COLUMNS);
        for (size_t i = 0; i < columns; i++) {
            copy[i] = strdup(names[i]);
            FUZZ_CHECK(copy[i] != NULL);
        }
        FUZZ_CHECK(record_reader_set_columns(reader, columns, copy) == 0);
        for (size_t i = 0; i < columns; i++) {
            free(copy[i]);
        }
    }
    return reader;
}

static void check_again(struct record_reader *reader, const struct record *record) {
    struct record again;
    record_reader_seek(reader, record->offset, record->line);
    FUZZ_CHECK(record_reader_next(reader, &again) == RECORD_OK);
    FUZZ_CHECK(again.id.length == record->id.length && strcmp(again.id.text, record->id.text) == 0);
    FUZZ_CHECK(again.data.length == record->data.length && strcmp(again.data.text, record->data.text) == 0);
    FUZZ_CHECK(again.offset == record->offset && again.line == record->line);
}

void records_check(const uint8_t *data, size_t size, enum settings_format format) {
    static int file = -1;
    int fd = bytes_file(&file, data, size);
    struct record_reader *reader = record_reader_new(fd, "input", format);
    struct record_reader *second = NULL;
    struct record record;
    uint64_t last = 0;
    unsigned count = 0;
    FUZZ_CHECK(reader != NULL);
    enum record_status status = record_reader_header(reader);
    if (status == RECORD_OK) {
        second = second_reader(fd, reader, format);
    }
    while (status == RECORD_OK ||
           (status == RECORD_BAD && second != NULL && record_reader_can_go_on(reader))) {
        status = record_reader_next(reader, &record);
        if (status == RECORD_OK) {
            FUZZ_CHECK(count == 0 || record.offset > last);
            last = record.offset;
            check_record(&record, size);
            if (count++ < COMPARED) {
                check_again(second, &record);
            }
        }
    }
    FUZZ_CHECK(status == RECORD_END || record_reader_message(reader)[0] != '\0');
    FUZZ_CHECK(status != RECORD_FAILED);
    record_reader_free(second);
    record_reader_free(reader);
}
