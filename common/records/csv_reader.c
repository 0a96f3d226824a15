// A record that stands in one line, and is plain, is split by csv_line.c; any other goes through libcsv.
// libcsv does not tell where a record ended. But a record can only end where a line ends, so it is fed line
// by line: after a line in which a row came to its end, the next record begins with the next line.
#include "records/csv_reader.h"

#include "ration/utf8.h"
#include "records/csv_line.h"

#include <csv.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_TEXT ((size_t)16 << 10)
#define FIELD_BLOCK ((size_t)16 << 10)

struct csv_reader {
    struct csv_parser parser;
    struct input_lines *lines;
    char delimiter;
    char *text; // the fields one after another, each with a NUL behind it
    size_t used;
    size_t room;
    size_t begin[SETTINGS_MAX_COLUMNS]; // in `text`, which may move until the record is whole
    struct record_field field[SETTINGS_MAX_COLUMNS];
    size_t fields;
    bool row; // the record has come to its end
    bool no_memory;
    size_t bytes;         // of the record in the file
    uint64_t quoted_line; // where the field that reaches over the line's end began
    size_t quoted_field;
};

// Nothing is trimmed.
static int trims_nothing(unsigned char byte) {
    (void)byte;
    return 0;
}

struct csv_reader *csv_reader_new(struct input_lines *lines) {
    struct csv_reader *reader = calloc(1, sizeof(*reader));
    if (reader == NULL) {
        return NULL;
    }
    reader->text = malloc(FIRST_TEXT);
    reader->room = FIRST_TEXT;
    reader->lines = lines;
    reader->delimiter = ',';
    // Not CSV_STRICT_FINI: csv_fini() only resets here; an unclosed quote is found, with its line, before
    // that.
    if (reader->text == NULL || csv_init(&reader->parser, CSV_STRICT) != 0) {
        free(reader->text);
        free(reader);
        return NULL;
    }
    csv_set_space_func(&reader->parser, trims_nothing);
    csv_set_blk_size(&reader->parser, FIELD_BLOCK);
    return reader;
}

void csv_reader_delimiter(struct csv_reader *reader, char delimiter) {
    reader->delimiter = delimiter;
    csv_set_delim(&reader->parser, (unsigned char)delimiter);
}

void csv_reader_free(struct csv_reader *reader) {
    if (reader != NULL) {
        csv_free(&reader->parser);
        free(reader->text);
        free(reader);
    }
}

static void begin(struct csv_reader *reader) {
    reader->used = 0;
    reader->fields = 0;
    reader->row = false;
    reader->bytes = 0;
    reader->quoted_line = 0;
}

void csv_reader_reset(struct csv_reader *reader) {
    csv_fini(&reader->parser, NULL, NULL, NULL);
    begin(reader);
}

static bool reserve(struct csv_reader *reader, size_t length) {
    if (length <= reader->room - reader->used) {
        return true;
    }
    size_t room = (reader->used + length) * 2;
    char *text = realloc(reader->text, room);
    if (text == NULL) {
        reader->no_memory = true;
        return false;
    }
    reader->text = text;
    reader->room = room;
    return true;
}

static void on_field(void *text, size_t length, void *context) {
    struct csv_reader *reader = context;
    size_t index = reader->fields++;
    if (index >= SETTINGS_MAX_COLUMNS || !reserve(reader, length + 1)) {
        return;
    }
    reader->begin[index] = reader->used;
    memcpy(reader->text + reader->used, text, length);
    reader->text[reader->used + length] = '\0';
    reader->field[index].length = length;
    reader->used += length + 1;
}

static void on_row(int end, void *context) {
    (void)end;
    struct csv_reader *reader = context;
    reader->row = true;
}

static enum record_status out_of_memory(struct problem *problem, uint64_t line) {
    problem_stop(problem, line, 0, "out of memory while reading");
    return RECORD_FAILED;
}

// libcsv stopped at byte `at` of the line. In strict mode there are two reasons, which that byte tells apart.
static enum record_status bad_quote(struct csv_reader *reader, const struct line *line, size_t at) {
    struct problem *problem = reader->lines->problem;
    if (csv_error(&reader->parser) != CSV_EPARSE) {
        return out_of_memory(problem, line->number);
    }
    size_t column = utf8_count(line->text, at) + 1;
    if (line->text[at] == '"') {
        problem_stop(problem, line->number, column,
                     "a quote inside a field that does not begin with one; "
                     "enclose the field in quotes and double the quotes inside it");
    } else if (reader->quoted_line != 0 && reader->quoted_field == reader->fields) {
        problem_stop(problem, line->number, column,
                     "text after a closing quote; double the quotes inside a field, or close the field that "
                     "was opened "
                     "on line %" PRIu64,
                     reader->quoted_line);
    } else {
        problem_stop(problem, line->number, column,
                     "text after a closing quote; double the quotes inside a field");
    }
    return RECORD_BAD;
}

// One line without its end, then the end by itself: so a row that ends sooner ended at a bare CR.
static enum record_status feed(struct csv_reader *reader, const struct line *line) {
    struct problem *problem = reader->lines->problem;
    bool leading = reader->bytes == 0 && line->text[0] == '\r';
    size_t taken =
        leading ? 0 : csv_parse(&reader->parser, line->text, line->length, on_field, on_row, reader);
    if (reader->row || leading) {
        problem_stop(problem, line->number, 0,
                     "a carriage return outside quotes that no line feed follows; "
                     "end lines with LF or CRLF, or enclose the field in quotes");
        return RECORD_BAD;
    }
    if (taken != line->length) {
        return bad_quote(reader, line, taken);
    }
    const char *end = line->end == 0 ? "\n" : line->text + line->length;
    size_t length = line->end == 0 ? 1 : line->end;
    if (csv_parse(&reader->parser, end, length, on_field, on_row, reader) != length || reader->no_memory) {
        return out_of_memory(problem, line->number);
    }
    return RECORD_OK;
}

// The record goes on behind this line, so a quote is open: from this line on, or as before.
static void note_open_quote(struct csv_reader *reader, const struct line *line) {
    if (reader->quoted_line == 0 || reader->quoted_field != reader->fields) {
        reader->quoted_line = line->number;
        reader->quoted_field = reader->fields;
    }
}

// Whether the line is the record.
static bool split_line(struct csv_reader *reader, const struct line *line) {
    return reserve(reader, CSV_LINE_ROOM(line->length)) &&
           csv_line_split(line->text, line->length, reader->delimiter, reader->text, reader->field,
                          SETTINGS_MAX_COLUMNS, &reader->fields);
}

static enum record_status unclosed(struct csv_reader *reader, const char *what) {
    problem_stop(
        reader->lines->problem, reader->quoted_line, 0,
        "a quote opened on this line is not closed %s; close it, and double the quotes inside a field", what);
    return RECORD_BAD;
}

static void finish(struct csv_reader *reader, struct csv_record *record) {
    size_t kept = reader->fields < SETTINGS_MAX_COLUMNS ? reader->fields : SETTINGS_MAX_COLUMNS;
    for (size_t i = 0; i < kept; i++) {
        reader->field[i].text = reader->text + reader->begin[i];
    }
    record->fields = reader->fields;
    record->field = reader->field;
}

enum record_status csv_reader_next(struct csv_reader *reader, struct csv_record *record) {
    struct line line;
    begin(reader);
    enum record_status status = input_lines_begin(reader->lines, &line);
    record->line = line.number;
    record->offset = line.offset;
    if (status == RECORD_OK && line.length <= RECORD_READER_MAX_RECORD && split_line(reader, &line)) {
        record->fields = reader->fields;
        record->field = reader->field;
        return RECORD_OK;
    }
    begin(reader);
    while (status == RECORD_OK) {
        if (line.length > RECORD_READER_MAX_RECORD - reader->bytes) {
            return unclosed(reader, "within the size of a record");
        }
        status = feed(reader, &line);
        if (status != RECORD_OK || reader->row) {
            break;
        }
        note_open_quote(reader, &line);
        reader->bytes += line.length + line.end;
        if (reader->bytes > RECORD_READER_MAX_RECORD) {
            return unclosed(reader, "within the size of a record");
        }
        status = input_lines_more(reader->lines, &line);
        if (status == RECORD_END) {
            return unclosed(reader, "before the end of the file");
        }
    }
    if (status == RECORD_OK) {
        finish(reader, record);
    }
    return status;
}
