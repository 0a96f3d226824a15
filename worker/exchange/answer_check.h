// Whether an answer is what was asked for: JSON that keeps to a schema, or a text that is long enough and
// matches a pattern.
#ifndef RATION_ANSWER_CHECK_H
#define RATION_ANSWER_CHECK_H

#include "exchange/answer.h"
#include "ration/schema.h"
#include "ration/settings.h"

#include <stdbool.h>
#include <stddef.h>

struct pattern;

// All NULL and 0: everything is.
struct answer_check {
    struct schema *schema;
    struct pattern *must_match;
    const char *pattern_text; // of the settings
    uint64_t min_chars;
};

// What was found, and in which words a model and a person are told.
struct answer_fault {
    const char *code; // NULL: it is what was asked for
    char words[SCHEMA_PATH + SCHEMA_WORDS + 32];
    bool starved; // it could not be checked for want of memory: nothing else here counts
};

// As the settings say; they were checked before. 0, or -1: no memory.
int answer_check_open(struct answer_check *check, const struct settings *settings);
void answer_check_close(struct answer_check *check);

// Of an answer that is complete. With a schema its `json` is set where the text is JSON: that value alone,
// without what is around it (see answer_check_json()).
void answer_check_run(const struct answer_check *check, struct answer *answer, struct answer_fault *fault);

// The JSON in a text: all of it, or what stands between ``` and ``` where that is all there is. Without white
// space around it.
struct answer_part {
    const char *bytes;
    size_t length;
};
struct answer_part answer_check_json(const char *text, size_t length);

#endif
