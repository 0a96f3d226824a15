#include "export/export_input.h"

#include "config/options.h"
#include "export/export_tell.h"
#include "input/input_open.h"

#include <stdlib.h>
#include <unistd.h>

struct export_input {
    struct input_open file;
    struct record_reader *reader;
    uint64_t offset, line; // of the first record
    bool begun;
};

void export_input_free(struct export_input *input) {
    if (input != NULL) {
        record_reader_free(input->reader);
        if (input->file.fd >= 0) {
            (void)close(input->file.fd);
        }
        free(input);
    }
}

struct export_input *export_input_open(const char *path, enum options_format format) {
    struct export_input *input = calloc(1, sizeof(*input));
    const struct options options = {.input = path, .input_format = format};
    if (input == NULL) {
        export_tell("out of memory");
        return NULL;
    }
    input->file.fd = -1;
    if (input_open(&options, &input->file) != 0) {
        input->file.fd = -1;
        export_input_free(input);
        return NULL;
    }
    input->reader = record_reader_new(input->file.fd, input->file.name, input->file.format);
    if (input->reader == NULL || record_reader_header(input->reader) != RECORD_OK) {
        export_tell("%s", input->reader == NULL ? "out of memory" : record_reader_message(input->reader));
        export_input_free(input);
        return NULL;
    }
    return input;
}

int export_input_next(struct export_input *input, struct record *record) {
    enum record_status status = record_reader_next(input->reader, record);
    if (status == RECORD_END) {
        return 0;
    }
    if (status != RECORD_OK) {
        export_tell("%s", record_reader_message(input->reader));
        return -1;
    }
    if (!input->begun) {
        input->begun = true;
        input->offset = record->offset;
        input->line = record->line;
    }
    return 1;
}

void export_input_seek(struct export_input *input, uint64_t offset, uint64_t line) {
    record_reader_seek(input->reader, offset, line);
}

void export_input_rewind(struct export_input *input) {
    if (input->begun) {
        record_reader_seek(input->reader, input->offset, input->line);
    }
}

size_t export_input_id(const struct record *record) {
    for (size_t i = 0; i < record->columns; i++) {
        if (record->field[i].text == record->id.text) {
            return i;
        }
    }
    return SIZE_MAX;
}

int export_input_fd(const struct export_input *input) {
    return input->file.fd;
}

size_t export_input_columns(const struct export_input *input, const char *const **names) {
    return record_reader_columns(input->reader, names);
}
