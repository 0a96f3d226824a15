// What export_pass.c and export_look.c, its first pass, share.
#ifndef RATION_EXPORT_PASS_PARTS_H
#define RATION_EXPORT_PASS_PARTS_H

#include "export/export_pass.h"
#include "export/result_usual.h"
#include "export/row_join.h"
#include "export/sqlite_sorter.h"

struct export_pass {
    struct result_source *source;
    struct export_input *input;
    enum export_order order;
    bool flatten;
    struct row_join *join;
    struct columns *columns;
    struct sqlite_sorter *sorter; // of EXPORT_ORDER_ID: rows by their numbers, then lines
    struct result_walk_room room; // of ids
    struct result_walk_room line; // that is written
    struct result_usual usual;    // the line that is looked at
    struct export_counts counts;
    struct export_row row;
    export_pass_take *take;
    void *context;
};

// An errno, in words. Returns -1.
int export_pass_tell(int error);
// A row or a line to the sorter, where there is one. 0, or -1 after telling.
int export_pass_sort(struct export_pass *pass, const char *id, size_t length, uint64_t number);

#endif
