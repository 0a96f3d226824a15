// The latest artists that failed for good, as their lines in the errors file tell.
#ifndef RATION_RECENT_ERRORS_H
#define RATION_RECENT_ERRORS_H

#include "ration/result_format.h"
#include "ration/snapshot.h"

#include <stdint.h>

struct recent_errors {
    const struct result_format *format;           // of its lines
    uint64_t seen;                                // bytes of the file
    uint64_t count;                               // at most SNAPSHOT_ERRORS
    struct snapshot_error error[SNAPSHOT_ERRORS]; // newest last
};

// Only lines after the first `length` bytes are of interest.
void recent_errors_begin(struct recent_errors *errors, const struct result_format *format, uint64_t length);

// Reads what was added up to `length`, which is committed: of a lot only the end. `wall`: now.
void recent_errors_look(struct recent_errors *errors, int fd, uint64_t length, uint64_t wall);

// Pure: one line, without its end. false: it is none of the errors file.
bool recent_errors_parse(const struct result_format *format, const char *line, size_t length,
                         struct snapshot_error *error);

#endif
