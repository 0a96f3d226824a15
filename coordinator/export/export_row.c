#include "export/export_row.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

const char *export_row_state(enum export_state state) {
    static const char *const names[] = {
        [EXPORT_DONE] = "done", [EXPORT_FAILED] = "failed", [EXPORT_OPEN] = "open"};
    return names[state];
}

int export_row_begin(struct export_row *row, const struct columns *columns) {
    *row = (struct export_row){.state = EXPORT_OPEN};
    row->cell = calloc(columns_count(columns) + 1, sizeof(*row->cell));
    return row->cell != NULL ? 0 : ENOMEM;
}

void export_row_end(struct export_row *row) {
    free(row->cell);
    free(row->room.text);
    *row = (struct export_row){.state = EXPORT_OPEN};
}

static void set_text(struct export_cell *cell, const char *text, size_t length) {
    cell->kind = EXPORT_CELL_TEXT;
    cell->piece = (struct json_piece){text, length};
}

struct spread {
    struct export_row *row;
    const struct columns *columns;
    size_t guess;
};

static int take_leaf(void *context, const struct result_walk_leaf *leaf) {
    struct spread *spread = context;
    size_t found = columns_path(spread->columns, leaf->path, leaf->path_length, spread->guess);
    if (found == SIZE_MAX) {
        return 0;
    }
    struct export_cell *cell = &spread->row->cell[found];
    spread->guess = found + 1;
    if (cell->kind == EXPORT_CELL_NONE) { // of a name that stands twice, the first
        cell->kind = EXPORT_CELL_JSON;
        cell->piece = leaf->value;
    }
    return 0;
}

// Where it is among the record's own, which differ from line to line in JSONL.
static size_t place_of(const struct record *record, const struct column *column) {
    for (size_t tried = 0; tried < record->columns; tried++) {
        size_t i = (column->input + tried) % record->columns;
        if (strcmp(record->column[i], column->name) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

// A value of JSON Lines is what it was: a number a number, an object an object.
static void set_field(struct export_cell *cell, const struct record *record, size_t place) {
    const struct record_field *field = &record->field[place];
    enum record_kind kind = record->kind != NULL ? record->kind[place] : RECORD_TEXT;
    set_text(cell, field->text, field->length);
    if (kind == RECORD_NULL) {
        cell->piece = (struct json_piece){"null", 4};
    }
    if (kind != RECORD_TEXT) {
        cell->kind = EXPORT_CELL_JSON;
    }
}

static void take_own(struct export_row *row, const struct column *column, struct export_cell *cell) {
    if (column->source == COLUMNS_STATE) {
        const char *state = export_row_state(row->state);
        set_text(cell, state, strlen(state));
    } else if (column->id) {
        set_text(cell, row->id.text, row->id.length);
    } else if (column->source == COLUMNS_INPUT && row->record != NULL) {
        size_t place = place_of(row->record, column);
        if (place != SIZE_MAX) {
            set_field(cell, row->record, place);
        }
    }
}

int export_row_spread(struct export_row *row, const struct columns *columns) {
    struct spread spread = {.row = row, .columns = columns};
    for (size_t i = 0; i < columns_count(columns); i++) {
        row->cell[i] = (struct export_cell){.kind = EXPORT_CELL_NONE};
        take_own(row, columns_at(columns, i), &row->cell[i]);
    }
    return row->walk == NULL
               ? 0
               : result_walk_each(row->walk, columns_fields(columns), &row->room, take_leaf, &spread);
}
