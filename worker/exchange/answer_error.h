// Finds the error that a body carries, in whichever of the usual places, and the API's words. Pure but for
// the memory of json_memory.h.
#ifndef RATION_ANSWER_ERROR_H
#define RATION_ANSWER_ERROR_H

#include "exchange/answer.h"

#include <cjson/cJSON.h>

// Sets the error_… fields, and `failed`, from an object. `answers`: it has the shape of an answer, so that
// only what is plainly an error counts as one. A second one does not replace the first.
void answer_error_read(const cJSON *root, bool answers, struct answer *answer);

#endif
