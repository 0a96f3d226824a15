// The answers of a run for its dashboard: the calls that look lines and records up.
#ifndef RATION_HTTP_ANSWERS_H
#define RATION_HTTP_ANSWERS_H

#include "http/http_reply.h"
#include "input/input_index.h"
#include "ration/snapshot.h"

struct http_answers {
    int file[OUTPUT_FILES]; // its own; -1: it cannot be read
    int input;              // not its own
    const char *input_name;
    const struct input_index *index;
};

#define HTTP_ANSWERS_NOTHING \
    { .file = {-1, -1}, .input = -1, .index = 0 }

// The descriptors are the run's. It opens both files for itself: they are to be read after the run has closed
// its own. To be closed after that, and not before: closing a file gives up the record locks of the process.
void http_answers_open(struct http_answers *answers, const int file[OUTPUT_FILES], int input,
                       const char *input_name, const struct input_index *index);
void http_answers_close(struct http_answers *answers);

// As http_hooks.find has it. `look`: how long the files are.
char *http_answers_find(const struct http_answers *answers, const struct snapshot *look, enum http_what what,
                        const struct http_wanted *wanted, unsigned *status);

#endif
