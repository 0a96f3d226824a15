// One row of an export: a record of the input and its line, either of which may be missing, spread over the
// columns.
#ifndef RATION_EXPORT_ROW_H
#define RATION_EXPORT_ROW_H

#include "export/columns.h"
#include "export/result_walk.h"
#include "ration/record_reader.h"

#include <stddef.h>

enum export_state { EXPORT_DONE, EXPORT_FAILED, EXPORT_OPEN };

struct export_cell {
    enum { EXPORT_CELL_NONE, EXPORT_CELL_TEXT, EXPORT_CELL_JSON } kind;
    struct json_piece piece; // text as it is, or one JSON value
};

struct export_row {
    const struct record *record;    // or NULL
    const struct result_walk *walk; // or NULL: EXPORT_OPEN
    enum export_state state;
    struct json_piece id;         // as text
    struct export_cell *cell;     // of each column; the row's own
    struct result_walk_room room; // likewise: what was decoded
};

// "done", "failed", "open"
const char *export_row_state(enum export_state state);

// For rows with these columns, one after another. 0 or ENOMEM.
int export_row_begin(struct export_row *row, const struct columns *columns);
void export_row_end(struct export_row *row);

// Fills the cells from record, walk, state and id; they are valid as long as those are. 0 or ENOMEM.
int export_row_spread(struct export_row *row, const struct columns *columns);

#endif
