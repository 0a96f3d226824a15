// Finds artist_ids that stand twice in the input, and tells both lines.
#ifndef RATION_DUPLICATES_H
#define RATION_DUPLICATES_H

#include "input/id_table.h"
#include "input/input_index.h"
#include "ration/record_reader.h"

// Calls `tell` once for each duplicate; the messages of the first few, in the input's order, say
// "file:line: artist_id "x" is already on line n; …", those behind them say less. `reader` is moved. 0 or an
// errno.
int duplicates_find(struct id_table *ids, struct record_reader *reader, const struct input_index *index,
                    const char *name, void (*tell)(void *context, const char *message), void *context);

#endif
