// How many tokens an answer took: as reported, else as far as it can be told. What is missing is not zero.
// Pure.
#ifndef RATION_ANSWER_USAGE_H
#define RATION_ANSWER_USAGE_H

#include "exchange/answer.h"

#include <cjson/cJSON.h>

// Sets the token counts from `root`, an object; those that it does not tell stay. Of input, output and total,
// the third follows from two. Sets `no_output` where input and total are told and are one.
void answer_usage_read(const cJSON *root, struct answer *answer);

// Fills in what is still missing of an answer that has a text, `no_output` aside: its input is `input`
// tokens, as estimated when it was sent, its output a token for four bytes of text; together they are what
// was reported in total. Sets `estimated` if it did.
void answer_usage_fill(struct answer *answer, uint64_t input);

#endif
