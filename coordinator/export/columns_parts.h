// What columns.c, which notes, and columns_choose.c share.
#ifndef RATION_COLUMNS_PARTS_H
#define RATION_COLUMNS_PARTS_H

#include "export/columns.h"

#define COLUMNS_PARTS_JSON "response_json"
#define COLUMNS_PARTS_COST "cost"

struct columns_list {
    struct column *at;
    size_t count, room;
};

struct columns {
    bool fields;     // each its own column
    bool priced;     // some line has a cost
    bool whole_json; // response_json is a column as well
    size_t guess;    // where the next field probably is
    struct columns_list input, head, field, extra;
    struct columns_list all; // in their order, with names of their own
    size_t *chosen;          // of `all`
    size_t count;
    bool needs_fields;
};

// Copies what it is given. 0 or ENOMEM.
int columns_parts_add(struct columns_list *list, const struct column *column);
// It is the path of a column that each export has.
bool columns_parts_known(const char *path);

#endif
