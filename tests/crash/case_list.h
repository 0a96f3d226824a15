// Which cases there are: every crash point, at several of its passes, in a worker and in the coordinator
// during recovery.
#ifndef CRASH_CASE_LIST_H
#define CRASH_CASE_LIST_H

#include "case_run.h"

#include <stdbool.h>
#include <stddef.h>

struct listed_case {
    struct crash_case the;
    enum crash_point point; // the last word of the case is about this one
    unsigned word;          // its index
    bool kills;             // that word kills; it does not pause
};

// malloc'ed. `thorough`: many passes of each point instead of one. Ends the program when out of memory.
struct listed_case *case_list(bool thorough, size_t *count);

// It has its cases in a scenario.
bool case_list_elsewhere(enum crash_point point);
const char *case_list_name(enum crash_point point);

#endif
