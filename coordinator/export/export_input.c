#include "export/export_input.h"

#include "config/options.h"
#include "export/export_tell.h"
#include "input/input_delimiter.h"
#include "input/input_kind.h"
#include "input/input_open.h"

#include <stdlib.h>
#include <string.h>
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
        if (input->file.original >= 0) {
            (void)close(input->file.original);
        }
        free(input);
    }
}

static char delimiter_of(const struct export_input *input, const struct export_input_words *words) {
    char head[INPUT_KIND_HEAD];
    ssize_t length = pread(input->file.fd, head, sizeof(head), 0);
    return words->delimiter != NULL ? input_delimiter_read(words->delimiter)
           : length > 0
               ? input_delimiter_find(head, (size_t)length, words->id != NULL ? words->id : words->key)
               : ',';
}

// RECORD_OK, or the reader's message tells.
static enum record_status read_header(struct export_input *input, const char *id, char delimiter) {
    const struct record_shape shape = {.delimiter = delimiter, .id = id};
    record_reader_free(input->reader);
    input->reader = record_reader_new(input->file.fd, input->file.name, input->file.format);
    if (input->reader == NULL) {
        return RECORD_FAILED;
    }
    record_reader_set_shape(input->reader, &shape);
    enum record_status status = record_reader_header(input->reader);
    return status == RECORD_OK && record_reader_id(input->reader) == NULL ? RECORD_BAD : status;
}

// The id is the column that the lines name, else artist_id or id; a table without either was known by its
// lines.
static int begin(struct export_input *input, const struct export_input_words *words) {
    if (words->delimiter != NULL && input->file.format == SETTINGS_JSONL) {
        export_tell("--delimiter: %s is JSON Lines, which have none; leave it out, or say --input-format csv",
                    input->file.name);
        return -1;
    }
    char delimiter = delimiter_of(input, words);
    const char *first = words->id != NULL ? words->id : words->key;
    if (delimiter == '\0') {
        export_tell("--delimiter: \"%s\" is not one of comma, semicolon, tab, pipe", words->delimiter);
        return -1;
    }
    enum record_status status = read_header(input, first, delimiter);
    if (status == RECORD_BAD && words->id == NULL && words->key != NULL) {
        bool by_line = strcmp(words->key, "line") == 0;
        status = read_header(input, by_line ? RECORD_SHAPE_LINE : NULL, delimiter);
    }
    if (status != RECORD_OK) {
        const char *message = input->reader != NULL ? record_reader_message(input->reader) : "out of memory";
        export_tell("%s", message[0] != '\0' ? message : "no column of the input is the id; say --id COLUMN");
        return -1;
    }
    return 0;
}

struct export_input *export_input_open(const struct export_input_words *words) {
    struct export_input *input = calloc(1, sizeof(*input));
    const struct options options = {
        .input = words->path, .input_format = words->format, .encoding = words->encoding};
    if (input == NULL) {
        export_tell("out of memory");
        return NULL;
    }
    input->file.fd = input->file.original = -1;
    if (input_open(&options, &input->file) != 0) {
        input->file.fd = -1;
        export_input_free(input);
        return NULL;
    }
    if (begin(input, words) != 0) {
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
    record_reader_seek_alone(input->reader, offset, line);
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
    return input->file.original >= 0 ? input->file.original : input->file.fd;
}

size_t export_input_columns(const struct export_input *input, const char *const **names) {
    return record_reader_columns(input->reader, names);
}
