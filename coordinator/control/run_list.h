// The runs of this user that are at work on this machine, and which of them a command means.
#ifndef RATION_RUN_LIST_H
#define RATION_RUN_LIST_H

#include "control/run_folder.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct run_entry {
    struct run_info info;
    struct runtime_place place; // its folder stands in it
};

struct run_list {
    struct run_entry *entry;
    size_t count;
};

// Looks in every place; clears away what dead runs left. 0, or -1 when out of memory.
int run_list_take(struct run_list *list);
void run_list_free(struct run_list *list);

enum run_list_choice {
    RUN_LIST_ONE,     // *chosen
    RUN_LIST_NONE,    // no run of that name, or none at all
    RUN_LIST_SEVERAL, // the name, or no name, fits several
};

// Pure. `name`: a run id or the beginning of one, or NULL for "the one there is"; `output`: `name` as an
// absolute path, or NULL.
enum run_list_choice run_list_choose(const struct run_list *list, const char *name, const char *output,
                                     size_t *chosen);

// No run at work is meant by `name`, which may be NULL.
bool run_list_none(const char *name);

// The run that `name` means, which may be NULL, or NULL after telling on stderr.
const struct run_entry *run_list_find(const struct run_list *list, const char *name);

#endif
