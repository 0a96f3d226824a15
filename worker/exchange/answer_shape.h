// Reads the text and the ending of an answer, in the shape of each API. Pure.
#ifndef RATION_ANSWER_SHAPE_H
#define RATION_ANSWER_SHAPE_H

#include "exchange/answer.h"

#include <cjson/cJSON.h>

// Sets text, refusal and finish_reason. `root` is an object. Of PROVIDER_OPAQUE the text is what `joined`
// has, the object's own bytes, or where it is empty the object as it is printed.
void answer_shape_read(enum provider_shape shape, const cJSON *root, struct answer *answer,
                       struct text *joined);

// Whether the body could be an answer in that shape.
bool answer_shape_fits(enum provider_shape shape, const cJSON *root);

// What people call it.
const char *answer_shape_name(enum provider_shape shape);

// Sets finish_reason from the API's word (NULL: none).
void answer_shape_end(struct answer *answer, const char *word);

// The first of a chat completion's choices; NULL: there is none.
const cJSON *answer_shape_choice(const cJSON *root);

#endif
