// What a response body says, whatever the status. The body is hostile input: what is not valid in it is
// replaced and counted, it is parsed within bounds, and every number is range-checked. Pure but for the
// memory of json_memory.h.
#ifndef RATION_ANSWER_H
#define RATION_ANSWER_H

#include "limits/reset_fields.h"
#include "ration/answer_ending.h"
#include "ration/price.h"
#include "ration/provider.h"
#include "ration/text.h"
#include "ration/tokens.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ANSWER_NO_JSON \
    "the body is not one JSON object; it says: " // a complaint, before the text of such a body

// Strings are NULL when absent; they live until the next answer_read().
struct answer {
    bool parsed;       // begins with whole JSON: an object, or a list around one, or a stream of events
    bool complete;     // it ended well, or was cut by the token limit; it did not fail; and there is a text
    bool failed;       // it carries an error, or says that it failed
    bool other_shape;  // it is an answer, but in the shape of another API
    bool estimated;    // some of the token counts are, see answer_usage_fill()
    bool body_words;   // error_message is what the body as a whole says
    bool starved;      // it could not be read for want of memory: nothing else here counts
    bool no_output;    // any JSON whose tokens are all input, as embeddings are: no output is missing
    uint32_t replaced; // characters of the body that were not valid, and became U+FFFD
    const char *text;  // all text parts joined
    size_t text_length;
    // of answer_check_run(): the text is this JSON value, or has it between ```; NULL: not looked at, or none
    const char *json;
    size_t json_length;
    const char *invalid; // it is kept although it is not what was asked for, for this reason; NULL: it is
    const char *id;
    const char *model;
    const char *finish_reason; // stop, length, content_filter, or the API's own word
    const char *refusal;       // the model declined to answer, in its words
    struct tokens tokens;      // 0 of what was not reported
    uint64_t total_tokens;     // never less than input and output together
    const char *service_tier;  // that answered, in the API's own word
    bool tier_asked;           // the run asks for one by name: the usual one is told, too
    enum price_way way;        // what that tier is charged as
    const char *error_type;
    const char *error_code; // a number as text
    const char *error_param;
    // the API's words, in whatever place they stood; where there are none, what the body as a whole says
    const char *error_message;
    const char *error_detail; // a code inside error.details
    struct reset_fields error_resets;
    long error_status;     // that the error stands for, as it says itself, 400 to 599; 0: it does not say
    const char *complaint; // why it is no whole answer, in a sentence; NULL: nothing to add
};

// Reads `length` bytes of `body`. `joined` is scratch memory for texts of several parts; it must live as
// long as the answer.
void answer_read(enum provider_shape shape, const char *body, size_t length, struct text *joined,
                 struct answer *answer);

// How it ended, by its finish_reason.
enum answer_ending answer_ended(const struct answer *answer);

// Whether a text was cut by the token limit.
bool answer_truncated(const struct answer *answer);

#endif
