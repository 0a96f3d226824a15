// The journal of a batch's parts, looked at while it grows: what is new is read, a piece at a time.
#ifndef RATION_BATCH_WATCH_H
#define RATION_BATCH_WATCH_H

#include "output/batch_list.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

// Begin it zeroed.
struct batch_watch {
    char path[PATH_MAX]; // "": not known yet
    uint64_t next;       // monotonic: it is looked at again
    uint64_t inode, offset;
    struct batch_list list;
};

// At most once a second. Of an output without a journal, and of one that cannot be read now, nothing is
// listed.
void batch_watch_look(struct batch_watch *watch, const char *output, uint64_t now);
// All of it at once, to *list. `works`: a run has the output; else what was not made is not listed.
void batch_watch_once(const char *output, bool works, struct batch_list *list);

#endif
