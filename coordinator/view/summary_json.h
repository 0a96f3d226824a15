// The summary of a run as one JSON object, for programs that began it. Its members have the names that they
// have in `ration status --json`.
#ifndef RATION_SUMMARY_JSON_H
#define RATION_SUMMARY_JSON_H

#include "ration/snapshot.h"
#include "view/summary.h"

struct summary_json {
    int exit;
    const char *cause;                              // why it could not begin or go on; or NULL
    const char *reason;                             // how it ended, in words
    const char *run_id, *started;                   // NULL: it never began, and there are no figures
    const char *input, *output, *errors, *log_file; // NULL: there is none
    const char *provider, *model;                   // NULL: not known; the prompt's own
    uint64_t wall;                                  // when it ended, nanoseconds since 1970
    const struct summary *summary;                  // or NULL, likewise
    const struct snapshot *look;                    // likewise
};

// With a line's end; malloc'ed, NULL when out of memory. Pure.
char *summary_json_text(const struct summary_json *what);

#endif
