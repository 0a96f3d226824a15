// Compares the ids of a result file with each other and with those of the input.
#ifndef RATION_RESULT_IDS_H
#define RATION_RESULT_IDS_H

#include "input/id_table.h"
#include "output/result_file.h"

#include <stdint.h>

// Whether no id stands twice in the file. 0, or -1 after telling.
int result_ids_unique(const struct result_file *file);

// Calls `take` for each line of the file with its artist; in no order. What it returns other than 0 is an
// errno that ends it. `ids` is the table of the input. 0, or -1 after telling, also when a line's id is not
// in the input.
int result_ids_join(struct id_table *ids, const struct result_file *file,
                    int (*take)(void *context, uint32_t artist, uint32_t line), void *context);

#endif
