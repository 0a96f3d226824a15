// The record of an id, for the dashboard. The input has no order by ids and none is kept of them: each call
// looks through some groups of records (see input_index.h) and tells where the next one goes on, so that the
// loop that serves it is never held up.
#ifndef RATION_INPUT_PAGE_H
#define RATION_INPUT_PAGE_H

#include "input/input_index.h"

#include <stddef.h>
#include <stdint.h>

#define INPUT_PAGE_PIECE ((size_t)128 << 10) // bytes of one call
#define INPUT_PAGE_TEXT 8000U                // bytes of a field; more of it is cut

struct input_page_asked {
    int fd;
    const char *name; // of the input, for messages
    const struct input_index *index;
    const char *id;
    uint64_t group; // to begin with; beyond the last it is the first
};

// JSON, malloc'ed: {"groups":…,"next":…,"record":{…}|null}. "next" is the group of the next call; once around
// is all. "again": true: what is asked for is not in memory yet. NULL with errno.
char *input_page_json(const struct input_page_asked *asked);

#endif
