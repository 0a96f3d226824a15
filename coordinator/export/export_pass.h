// An export in two passes: what there is, then row by row. Memory is bounded, whatever the number of rows;
// see row_join.h.
#ifndef RATION_EXPORT_PASS_H
#define RATION_EXPORT_PASS_H

#include "export/columns.h"
#include "export/export_input.h"
#include "export/export_options.h"
#include "export/export_row.h"
#include "export/result_source.h"

#include <stdint.h>

struct export_pass;

struct export_counts {
    uint64_t rows, done, failed, open;
    uint64_t strangers; // lines whose id the input does not have: behind its rows
    uint64_t broken;    // lines that are none, told and left out
};

// `source` and `input` (NULL: none) stay the caller's. NULL after telling.
struct export_pass *export_pass_new(const struct export_options *options, struct result_source *source,
                                    struct export_input *input);
void export_pass_free(struct export_pass *pass);

// Between the two: to choose from.
struct columns *export_pass_columns(struct export_pass *pass);

// The second pass. `take` returns 0, or -1 after telling, which ends it.
typedef int export_pass_take(void *context, const struct export_row *row);
int export_pass_rows(struct export_pass *pass, export_pass_take *take, void *context);
const struct export_counts *export_pass_counts(const struct export_pass *pass);

#endif
