#include "export/export_csv.h"

#include "system/whole_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct csv {
    struct whole_file *out;
    const struct columns *columns;
    struct result_walk_room room;
};

static void put_field(struct whole_file *out, const char *text, size_t length) {
    bool quoted = false;
    for (size_t i = 0; i < length && !quoted; i++) {
        quoted = text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r';
    }
    if (!quoted) {
        whole_file_put(out, text, length);
        return;
    }
    whole_file_put(out, "\"", 1);
    while (length > 0) {
        const char *quote = memchr(text, '"', length);
        size_t part = quote != NULL ? (size_t)(quote - text) + 1 : length;
        whole_file_put(out, text, part);
        whole_file_put(out, "\"", quote != NULL);
        text += part;
        length -= part;
    }
    whole_file_put(out, "\"", 1);
}

// A record of one empty field would be a blank line, which readers skip.
static void end_record(struct csv *csv, bool empty) {
    whole_file_text(csv->out, columns_count(csv->columns) == 1 && empty ? "\"\"\r\n" : "\r\n");
}

static int fail(const struct csv *csv, const char **why) {
    int error = whole_file_error(csv->out);
    *why = strerror(error);
    return error != 0 ? -1 : 0;
}

static void csv_free(void *writer) {
    struct csv *csv = writer;
    whole_file_free(csv->out);
    free(csv->room.text);
    free(csv);
}

static void *csv_open(const struct export_target *target, const struct columns *columns, const char **why) {
    struct csv *csv = calloc(1, sizeof(*csv));
    if (csv == NULL) {
        *why = strerror(ENOMEM);
        return NULL;
    }
    csv->columns = columns;
    csv->out = whole_file_open(target->path);
    if (csv->out == NULL) {
        *why = strerror(errno);
        csv_free(csv);
        return NULL;
    }
    for (size_t i = 0; i < columns_count(columns); i++) {
        const char *name = columns_at(columns, i)->name;
        whole_file_put(csv->out, ",", i > 0);
        put_field(csv->out, name, strlen(name));
    }
    end_record(csv, false);
    return csv;
}

// False: out of memory.
static bool put_cell(struct csv *csv, const struct export_cell *cell, bool *empty) {
    size_t length = cell->piece.length;
    const char *text = cell->piece.text;
    if (cell->kind == EXPORT_CELL_JSON && text[0] == '"') {
        text = result_walk_text(&cell->piece, &csv->room, &length);
        if (text == NULL) {
            return false;
        }
    } else if (cell->kind == EXPORT_CELL_NONE || (cell->kind == EXPORT_CELL_JSON && text[0] == 'n')) {
        length = 0;
    }
    *empty = length == 0;
    put_field(csv->out, text, length);
    return true;
}

static int csv_row(void *writer, const struct export_row *row, const char **why) {
    struct csv *csv = writer;
    bool empty = true;
    for (size_t i = 0; i < columns_count(csv->columns); i++) {
        whole_file_put(csv->out, ",", i > 0);
        if (!put_cell(csv, &row->cell[i], &empty)) {
            *why = strerror(ENOMEM);
            return -1;
        }
    }
    end_record(csv, empty);
    return fail(csv, why);
}

static int csv_commit(void *writer, const char **why) {
    struct csv *csv = writer;
    (void)whole_file_commit(csv->out);
    return fail(csv, why);
}

const struct export_writer export_csv_writer = {csv_open, csv_row, csv_commit, csv_free};
