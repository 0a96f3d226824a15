// One row as a person reads it in a terminal: whose it is, what was asked, what was answered. Pure.
#ifndef RATION_SHOW_ROW_H
#define RATION_SHOW_ROW_H

#include "export/export_row.h"
#include "ration/text.h"

#include <stdbool.h>

struct show_row_how {
    unsigned width; // of the terminal; 0: nothing is wrapped
    bool colours;
};

// Adds it to *out. Uses the row's record, walk, state, id and room. On failure of memory *out is marked so.
void show_row_put(struct text *out, struct export_row *row, const struct show_row_how *how);

#endif
