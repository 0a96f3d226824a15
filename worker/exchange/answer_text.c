#include "exchange/answer_text.h"

#include "ration/answer_tree.h"

#include <string.h>

#define GAP "\n\n"
#define GAP_LENGTH 2U

void answer_text_add(struct answer *answer, struct text *joined, const char *piece) {
    size_t length = strlen(piece);
    if (length == 0) {
        return;
    }
    if (answer->text == NULL) {
        answer->text = piece;
        answer->text_length = length;
        return;
    }
    if (joined->length == 0) {
        text_add(joined, answer->text, answer->text_length);
    }
    text_add(joined, piece, length);
    answer->text = joined->bytes;
    answer->text_length = joined->length;
}

// A part of a text kind, or of none: {"text": "…"}; also {"text": {"value": "…"}}.
static const char *text_of_part(const cJSON *part) {
    const char *type = answer_tree_string(part, "type");
    if (type != NULL && strcmp(type, "text") != 0 && strcmp(type, "output_text") != 0) {
        return NULL; // thinking, reasoning, a tool's call, a reference, …
    }
    const cJSON *text = answer_tree_member(part, "text");
    return cJSON_IsObject(text) ? answer_tree_string(text, "value") : answer_tree_text(text);
}

static void add_part(struct answer *answer, struct text *joined, const cJSON *part) {
    const char *text = cJSON_IsString(part) ? part->valuestring : text_of_part(part);
    if (text != NULL) {
        answer_text_add(answer, joined, text);
    } else if (answer_tree_is(part, "type", "refusal") && answer->refusal == NULL) {
        const char *words = answer_tree_string(part, "refusal");
        answer->refusal = words != NULL ? words : "the model declined to answer";
    }
}

void answer_text_content(struct answer *answer, struct text *joined, const cJSON *content) {
    const cJSON *part;
    if (!cJSON_IsArray(content)) {
        add_part(answer, joined, content);
        return;
    }
    cJSON_ArrayForEach(part, content) {
        add_part(answer, joined, part);
    }
}

void answer_text_message(struct answer *answer, struct text *joined, const cJSON *content) {
    bool follows = answer->text != NULL;
    if (follows) {
        answer_text_add(answer, joined, GAP);
    }
    size_t before = answer->text_length;
    answer_text_content(answer, joined, content);
    if (follows && answer->text_length == before && !joined->failed) { // it had no text
        joined->length -= GAP_LENGTH;
        answer->text_length = joined->length;
    }
}
