// The columns of an input that `ration init` is to write a prompt for, read as a run reads it.
#ifndef RATION_INIT_COLUMNS_H
#define RATION_INIT_COLUMNS_H

#include <stddef.h>

struct init_columns {
    size_t count;
    char **name; // of the header; of JSON Lines the keys of the first row
    char *id;    // what a row is to be known by, a column or @line; NULL: what is taken for it by itself
};

// The whole input is checked, as the RATION_… variables say it is to be read. 0, or -1 after telling what is
// wrong with it.
int init_columns_read(const char *input, struct init_columns *columns);
void init_columns_free(struct init_columns *columns);

#endif
