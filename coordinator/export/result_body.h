// The body of an answer as it came, in any of the APIs' shapes, and what of it an output usually keeps: the
// same that the worker reads of it. Pure.
#ifndef RATION_RESULT_BODY_H
#define RATION_RESULT_BODY_H

#include "ration/json_scan.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stdint.h>

#define RESULT_BODY_WORD 64U

struct result_body {
    struct text text;            // as it stands between the quotes of a JSON string
    bool said;                   // there is a text, maybe an empty one
    struct json_piece id, model; // JSON strings; length 0: there is none
    char word[RESULT_BODY_WORD]; // how it ended, as outputs say it; "": it does not say
    uint64_t input_tokens, output_tokens, total_tokens;
};

// Of a JSON object, which json_scan_value() took. Zeroed before its first use, and used again after that;
// text_free(&body->text) at the end. A body in none of the shapes is its own text. text.failed: out of
// memory.
void result_body_read(struct result_body *body, const struct json_piece *json);

#endif
