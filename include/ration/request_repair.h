// A request that is made again with its answer and what was wrong with it, so that the model can mend it.
// Pure.
#ifndef RATION_REQUEST_REPAIR_H
#define RATION_REQUEST_REPAIR_H

#include "ration/provider.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>

// An answer that is longer is not sent again.
#define REQUEST_REPAIR_MOST ((size_t)256 << 10)

struct request_repair {
    const char *answer; // its text
    size_t length;
    const char *words; // what is wrong with it
    bool json;         // it was to be JSON
};

// `body` with two messages more, the answer and the words, into `repaired` (cleared first; failed without
// memory). False: it cannot be done, because the body has no messages where that API has them, or the answer
// is too long.
bool request_repair_make(enum provider_shape shape, const struct text *body,
                         const struct request_repair *repair, struct text *repaired);

#endif
