// The columns of an input that `ration init` is to write a prompt for, read as a run reads it.
#ifndef RATION_INIT_COLUMNS_H
#define RATION_INIT_COLUMNS_H

#include <stddef.h>

struct init_columns {
    size_t count;
    char **name; // of the header; of JSON Lines the keys of the first row
    char *id;    // what a row is to be known by, a column or @line; NULL: what is taken for it by itself
};

// The whole input is checked, and read as the variables of the environment for that say, RATION_DELIMITER and
// the like; the others are taken out of this process. 0, or -1 after telling what is wrong with it.
int init_columns_read(const char *input, struct init_columns *columns);
void init_columns_free(struct init_columns *columns);

#endif
