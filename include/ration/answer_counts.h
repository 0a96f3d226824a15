// The token counts in one piece of an API's answer, under whatever names and in whatever way that API counts.
// Pure.
#ifndef RATION_ANSWER_COUNTS_H
#define RATION_ANSWER_COUNTS_H

#include "ration/tokens.h"

#include <cjson/cJSON.h>
#include <stdint.h>

// What is not told, or no number that can be a count, is 0. A part may be more than its whole.
struct answer_counts {
    struct tokens tokens;
    uint64_t total; // of everything, as told
};

// `root` is an object that may have a usage: an answer, or an event of a stream.
struct answer_counts answer_counts_read(const cJSON *root);

// The object in which the counts stand; NULL: there is none.
const cJSON *answer_counts_usage(const cJSON *root);

#endif
