// The text in a message's content, whatever form it has there. Thinking is left out. Pure.
#ifndef RATION_ANSWER_TEXT_H
#define RATION_ANSWER_TEXT_H

#include "exchange/answer.h"

#include <cjson/cJSON.h>

// What `joined` holds is part of answer->text once there are two pieces.
void answer_text_add(struct answer *answer, struct text *joined, const char *piece);

// The content of one message: a string, a part, or a list of parts, which follow each other as they are.
// A refusal among them goes to answer->refusal.
void answer_text_content(struct answer *answer, struct text *joined, const cJSON *content);

// Likewise of one message of several: it begins after an empty line if a text stands before it.
void answer_text_message(struct answer *answer, struct text *joined, const cJSON *content);

#endif
