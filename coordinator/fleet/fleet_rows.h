// The rows of a run, where a machine shares them, for `ration fleet export` without --input.
#ifndef RATION_FLEET_ROWS_H
#define RATION_FLEET_ROWS_H

#include "fleet/fleet_database.h"

#include <stddef.h>

#define FLEET_ROWS_WORDS 4

struct fleet_rows {
    int fd; // a file without a name; -1: nothing is shared
    size_t words;
    char word[FLEET_ROWS_WORDS][160]; // of `ration export`, which name that file and how it is read
};

// Of the run by its number. 0, or -1 after telling; fleet_rows_close() in any case.
int fleet_rows_open(struct fleet_database *database, const char *run, struct fleet_rows *rows);
void fleet_rows_close(struct fleet_rows *rows);

#endif
