// Which columns an input has, and whether all that are asked for are among them. CSV tells them in its
// header. Of JSON Lines they are the keys of the first record, and of the others each that is asked for: one
// that no record has is as misspelt as one that no header has.
#ifndef RATION_COLUMNS_TOLD_H
#define RATION_COLUMNS_TOLD_H

#include "config/options.h"
#include "input/input_index.h"
#include "ration/record_reader.h"
#include "ration/settings.h"

#include <stddef.h>

struct columns_told;

// For JSON Lines: what the request, --keep and --params-column name is looked for. `settings` must outlive
// it. NULL when out of memory, told.
struct columns_told *columns_told_new(const struct settings *settings);
void columns_told_free(struct columns_told *told);

// Each record of the input, in their order. 0, or -1 when out of memory.
int columns_told_look(struct columns_told *told, const struct record *record);

// After all records. Whether all columns that are asked for are there: those of `index` (CSV), else those
// that `told` has met. 0, or -1 with what is missing told.
int columns_told_check(const struct columns_told *told, const struct options *options,
                       const struct settings *settings, const struct input_index *index);

#endif
