// Which artists are in a part of a batch: their indices as ranges, and as text "0-99,104". Pure but for
// memory.
#ifndef RATION_BATCH_ROWS_H
#define RATION_BATCH_ROWS_H

#include "ration/range.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// All zero: empty. The ranges stand in the order in which they were added, until batch_rows_sort().
struct batch_rows {
    struct range *range;
    size_t count, capacity;
    uint32_t rows;  // of all ranges
    bool ascending; // they stood so in the text: the order in which they were added
};

// False: out of memory, and nothing was added. An artist must not be added twice.
bool batch_rows_add(struct batch_rows *rows, uint32_t artist);
void batch_rows_sort(struct batch_rows *rows);
// Of rows that are sorted.
bool batch_rows_has(const struct batch_rows *rows, uint32_t artist);
void batch_rows_text(const struct batch_rows *rows, struct text *out);
// Fills empty *rows, sorted. False: out of memory, errno is then ENOMEM, or it is no such text; *rows is
// empty.
bool batch_rows_parse(const char *text, size_t length, struct batch_rows *rows);
void batch_rows_free(struct batch_rows *rows);

#endif
