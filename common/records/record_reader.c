#include "ration/record_reader.h"

#include "ration/ascii.h"
#include "ration/line_reader.h"
#include "records/csv_reader.h"
#include "records/input_lines.h"
#include "records/jsonl_reader.h"
#include "records/problem.h"
#include "records/record_rules.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BOM "\xef\xbb\xbf"
#define BOM_SIZE 3
struct record_reader {
    int fd;
    enum settings_format format;
    struct problem problem;
    struct input_lines lines;
    struct csv_reader *csv;
    struct jsonl_reader *jsonl;
    struct jsonl_record members;
    size_t columns; // of the CSV header
    char *column[SETTINGS_MAX_COLUMNS];
    size_t role[RECORD_ROLES]; // see record_rules_find()
    struct record_shape shape;
    char *first[2];  // JSONL: the keys of the first record's id and name, or NULL
    char number[24]; // RECORD_SHAPE_LINE: of the last record
};

struct record_reader *record_reader_new(int fd, const char *name, enum settings_format format) {
    struct record_reader *reader = calloc(1, sizeof(*reader));
    if (reader == NULL) {
        return NULL;
    }
    reader->fd = fd;
    reader->format = format;
    reader->shape = record_shape_artists;
    reader->problem.name = name;
    reader->lines.problem = &reader->problem;
    reader->lines.reader = line_reader_new(fd, RECORD_READER_MAX_RECORD);
    if (format == SETTINGS_CSV) {
        reader->csv = csv_reader_new(&reader->lines);
    } else {
        reader->jsonl = jsonl_reader_new(&reader->lines);
    }
    if (reader->lines.reader == NULL || (reader->csv == NULL && reader->jsonl == NULL)) {
        record_reader_free(reader);
        return NULL;
    }
    return reader;
}

static void forget_columns(struct record_reader *reader) {
    for (size_t i = 0; i < reader->columns; i++) {
        free(reader->column[i]);
    }
    reader->columns = 0;
}

void record_reader_free(struct record_reader *reader) {
    if (reader == NULL) {
        return;
    }
    forget_columns(reader);
    free(reader->first[RECORD_ROLE_ID]);
    free(reader->first[RECORD_ROLE_NAME]);
    csv_reader_free(reader->csv);
    jsonl_reader_free(reader->jsonl);
    line_reader_free(reader->lines.reader);
    free(reader);
}

void record_reader_set_shape(struct record_reader *reader, const struct record_shape *shape) {
    reader->shape = *shape;
    if (reader->csv != NULL) {
        csv_reader_delimiter(reader->csv, shape->delimiter != '\0' ? shape->delimiter : ',');
    }
}

static bool by_line(const struct record_reader *reader) {
    return reader->shape.id != NULL && strcmp(reader->shape.id, RECORD_SHAPE_LINE) == 0;
}

static const char *role_column(const struct record_reader *reader, enum record_role role) {
    if (reader->format != SETTINGS_CSV) {
        return reader->first[role];
    }
    return reader->role[role] != RECORD_RULES_MISSING ? reader->column[reader->role[role]] : NULL;
}

size_t record_reader_column(const char *name, size_t columns, const char *const *names) {
    return record_rules_column(name, columns, names);
}

bool record_reader_ambiguous(const char *name, size_t columns, const char *const *names) {
    return record_rules_ambiguous(name, columns, names);
}

const char *record_reader_id(const struct record_reader *reader) {
    return by_line(reader) ? RECORD_SHAPE_LINE : role_column(reader, RECORD_ROLE_ID);
}

const char *record_reader_name(const struct record_reader *reader) {
    return role_column(reader, RECORD_ROLE_NAME);
}

static const char *const *column_names(const struct record_reader *reader) {
    return (const char *const *)reader->column;
}

size_t record_reader_columns(const struct record_reader *reader, const char *const **names) {
    *names = column_names(reader);
    return reader->columns;
}

int record_reader_set_columns(struct record_reader *reader, size_t columns, char *const *names) {
    forget_columns(reader);
    for (size_t i = 0; i < columns && i < SETTINGS_MAX_COLUMNS; i++) {
        reader->column[i] = strdup(names[i]);
        if (reader->column[i] == NULL) {
            return -1;
        }
        reader->columns = i + 1;
    }
    record_rules_find(reader->role, &reader->shape, reader->columns, column_names(reader));
    return 0;
}

static void begin_there(struct record_reader *reader) {
    problem_clear(&reader->problem);
    if (reader->csv != NULL) {
        csv_reader_reset(reader->csv);
    }
}

void record_reader_seek(struct record_reader *reader, uint64_t offset, uint64_t line) {
    line_reader_seek(reader->lines.reader, offset, line);
    begin_there(reader);
}

void record_reader_seek_alone(struct record_reader *reader, uint64_t offset, uint64_t line) {
    line_reader_seek_alone(reader->lines.reader, offset, line);
    begin_there(reader);
}

// *start is behind it.
static enum record_status skip_bom(struct record_reader *reader, uint64_t *start) {
    char head[BOM_SIZE];
    ssize_t got;
    do {
        got = pread(reader->fd, head, sizeof(head), 0);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        problem_stop(&reader->problem, 0, 0, "cannot be read: %s", strerror(errno));
        return RECORD_FAILED;
    }
    bool found = got == BOM_SIZE && memcmp(head, BOM, BOM_SIZE) == 0;
    *start = found ? BOM_SIZE : 0;
    record_reader_seek(reader, *start, 1);
    return RECORD_OK;
}

static char *trimmed(char *name, size_t length) {
    while (length > 0 && ascii_blank(name[length - 1])) {
        name[--length] = '\0';
    }
    while (ascii_blank(*name)) {
        name++;
    }
    return name;
}

static enum record_status read_header(struct record_reader *reader) {
    struct csv_record found;
    enum record_status status = csv_reader_next(reader->csv, &found);
    if (status == RECORD_END) {
        problem_stop(&reader->problem, 0, 0, "is empty; its first line must name its columns");
        return RECORD_BAD;
    }
    if (status != RECORD_OK) {
        return status;
    }
    if (found.fields > SETTINGS_MAX_COLUMNS) {
        problem_note(&reader->problem, found.line, 0,
                     "%zu columns; at most %d are possible: leave out those that the prompt does not name",
                     found.fields, SETTINGS_MAX_COLUMNS);
        return RECORD_BAD;
    }
    char *names[SETTINGS_MAX_COLUMNS];
    for (size_t i = 0; i < found.fields; i++) {
        // The reader's own text, of which record_reader_set_columns() makes a copy.
        names[i] = trimmed((char *)(uintptr_t)found.field[i].text, found.field[i].length);
    }
    if (record_reader_set_columns(reader, found.fields, names) != 0) {
        problem_stop(&reader->problem, found.line, 0, "out of memory while reading");
        return RECORD_FAILED;
    }
    record_rules_header(&reader->problem, found.line, &reader->shape, reader->role, reader->columns,
                        column_names(reader));
    return RECORD_OK;
}

static bool keep_key(struct record_reader *reader, enum record_role role, size_t at) {
    reader->first[role] = at != RECORD_RULES_MISSING ? strdup(reader->members.key[at]) : NULL;
    return at == RECORD_RULES_MISSING || reader->first[role] != NULL;
}

// What the keys of the first record are; whatever is wrong with it is told when it is read.
static enum record_status look_at_first(struct record_reader *reader, uint64_t start) {
    size_t role[RECORD_ROLES];
    bool good = jsonl_reader_next(reader->jsonl, &reader->members) == RECORD_OK && !reader->problem.noted;
    if (good) {
        record_rules_find(role, &reader->shape, reader->members.fields, reader->members.key);
        good = keep_key(reader, RECORD_ROLE_ID, role[RECORD_ROLE_ID]) &&
               keep_key(reader, RECORD_ROLE_NAME, role[RECORD_ROLE_NAME]);
        if (!good) {
            problem_stop(&reader->problem, 0, 0, "out of memory while reading");
            return RECORD_FAILED;
        }
    }
    record_reader_seek(reader, start, 1);
    return RECORD_OK;
}

enum record_status record_reader_header(struct record_reader *reader) {
    problem_clear(&reader->problem);
    uint64_t start = 0;
    enum record_status status = skip_bom(reader, &start);
    if (status == RECORD_OK) {
        status = reader->format == SETTINGS_CSV ? read_header(reader) : look_at_first(reader, start);
    }
    if (reader->problem.noted) {
        reader->problem.stop = true;
        return status == RECORD_FAILED ? RECORD_FAILED : RECORD_BAD;
    }
    return status;
}

static void apply(struct record_reader *reader, const size_t role[RECORD_ROLES], struct record *record) {
    if (by_line(reader)) {
        int length = snprintf(reader->number, sizeof(reader->number), "%" PRIu64, record->line);
        record->id = (struct record_field){.text = reader->number, .length = (size_t)length};
    }
    record_rules_apply(&reader->problem, &reader->shape, role, record);
}

static enum record_status next_csv(struct record_reader *reader, struct record *record) {
    struct csv_record found;
    enum record_status status = csv_reader_next(reader->csv, &found);
    if (status != RECORD_OK) {
        return status;
    }
    if (found.fields != reader->columns) {
        problem_note(&reader->problem, found.line, 0,
                     "%zu field%s where the header has %zu columns; enclose fields with %s in quotes, or add "
                     "what is missing",
                     found.fields, found.fields == 1 ? "" : "s", reader->columns,
                     reader->shape.delimiter == ',' ? "commas" : "delimiters");
        return RECORD_BAD;
    }
    record->line = found.line;
    record->offset = found.offset;
    record->columns = reader->columns;
    record->column = column_names(reader);
    record->field = found.field;
    record->kind = NULL;
    apply(reader, reader->role, record);
    return RECORD_OK;
}

static enum record_status next_jsonl(struct record_reader *reader, struct record *record) {
    struct jsonl_record *found = &reader->members;
    struct problem *problem = &reader->problem;
    size_t role[RECORD_ROLES];
    enum record_status status = jsonl_reader_next(reader->jsonl, found);
    if (status != RECORD_OK || problem->noted) {
        return status;
    }
    record_rules_find(role, &reader->shape, found->fields, found->key);
    record_rules_members(problem, &reader->shape, role, found);
    if (problem->noted) {
        return RECORD_BAD;
    }
    record->line = found->line;
    record->offset = found->offset;
    record->columns = found->fields;
    record->column = found->key;
    record->field = found->field;
    record->kind = found->kind;
    apply(reader, role, record);
    return RECORD_OK;
}

enum record_status record_reader_next(struct record_reader *reader, struct record *record) {
    if (reader->problem.stop) {
        return RECORD_BAD;
    }
    problem_clear(&reader->problem);
    enum record_status status =
        reader->format == SETTINGS_CSV ? next_csv(reader, record) : next_jsonl(reader, record);
    return status == RECORD_OK && reader->problem.noted ? RECORD_BAD : status;
}

const char *record_reader_message(const struct record_reader *reader) {
    return reader->problem.text;
}

bool record_reader_can_go_on(const struct record_reader *reader) {
    return !reader->problem.stop;
}
