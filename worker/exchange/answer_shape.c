#include "exchange/answer_shape.h"

#include "exchange/answer_text.h"
#include "ration/answer_tree.h"

#include <string.h>

void answer_shape_end(struct answer *answer, const char *word) {
    answer->finish_reason = answer_ending_name(answer_ending_of(word), word);
}

const cJSON *answer_shape_choice(const cJSON *root) {
    const cJSON *choices = answer_tree_member(root, "choices");
    return cJSON_IsArray(choices) ? cJSON_GetArrayItem(choices, 0) : NULL;
}

// Why a response is incomplete. Only the token limit leaves a text that may be kept.
static void end_incomplete(const cJSON *root, struct answer *answer) {
    const char *reason = answer_tree_string(answer_tree_member(root, "incomplete_details"), "reason");
    answer_shape_end(answer, reason);
    if (reason == NULL || answer_ended(answer) == ANSWER_WHOLE) {
        answer->finish_reason = "incomplete";
    }
}

static void read_responses(const cJSON *root, struct answer *answer, struct text *joined) {
    const cJSON *item;
    const cJSON *output = answer_tree_member(root, "output");
    if (cJSON_IsArray(output)) {
        cJSON_ArrayForEach(item, output) {
            if (answer_tree_is(item, "type", "message")) {
                answer_text_message(answer, joined, answer_tree_member(item, "content"));
            }
        }
    } else {
        answer_text_message(answer, joined, output);
    }
    if (answer->text == NULL) { // what some servers add for those who want no list
        answer_text_message(answer, joined, answer_tree_member(root, "output_text"));
    }
    const char *status = answer_tree_string(root, "status");
    if (status != NULL && strcmp(status, "incomplete") == 0) {
        end_incomplete(root, answer);
    } else {
        answer_shape_end(answer, status);
        answer->failed = answer->failed || (status != NULL && strcmp(status, "failed") == 0);
    }
}

static void read_chat(const cJSON *root, struct answer *answer, struct text *joined) {
    const cJSON *choice = answer_shape_choice(root);
    const cJSON *message = answer_tree_member(choice, "message");
    answer_text_content(
        answer, joined,
        answer_tree_member(message != NULL ? message : choice, message != NULL ? "content" : "text"));
    const char *refusal = answer_tree_string(message, "refusal");
    answer->refusal = refusal != NULL ? refusal : answer->refusal;
    const char *word = answer_tree_string(choice, "finish_reason");
    if (word == NULL) {
        word = answer_tree_string(answer_tree_member(choice, "finish_details"), "type");
    }
    answer_shape_end(answer, word);
}

static void read_messages(const cJSON *root, struct answer *answer, struct text *joined) {
    answer_text_content(answer, joined, answer_tree_member(root, "content"));
    answer_shape_end(answer, answer_tree_string(root, "stop_reason"));
}

static void print(const cJSON *root, struct text *joined) {
    char *text = cJSON_PrintUnformatted(root);
    if (text == NULL) {
        joined->failed = true;
        return;
    }
    text_add_string(joined, text);
    cJSON_free(text);
}

// Whatever it is, it is kept as it is. Its bytes stand in `joined` already, but of a stream's event.
static void read_opaque(const cJSON *root, struct answer *answer, struct text *joined) {
    if (joined->length == 0) {
        print(root, joined);
    }
    if (joined->failed) {
        return;
    }
    answer->text = joined->bytes;
    answer->text_length = joined->length;
    answer_shape_end(answer, "stop");
}

static bool fits_opaque(const cJSON *root) {
    return cJSON_IsObject(root);
}

static bool fits_responses(const cJSON *root) {
    return answer_tree_member(root, "output") != NULL || answer_tree_is(root, "object", "response");
}

static bool fits_chat(const cJSON *root) {
    return answer_tree_member(root, "choices") != NULL;
}

static bool fits_messages(const cJSON *root) {
    return answer_tree_member(root, "content") != NULL || answer_tree_is(root, "type", "message");
}

// One row for each shape: all that reading an answer must know of it.
static const struct {
    const char *name; // what people call it
    bool (*fits)(const cJSON *root);
    void (*read)(const cJSON *root, struct answer *answer, struct text *joined);
} shapes[PROVIDER_SHAPES] = {
    [PROVIDER_RESPONSES] = {"OpenAI's responses", fits_responses, read_responses},
    [PROVIDER_CHAT] = {"chat completions", fits_chat, read_chat},
    [PROVIDER_MESSAGES] = {"Anthropic's messages", fits_messages, read_messages},
    [PROVIDER_OPAQUE] = {"any JSON", fits_opaque, read_opaque},
};

void answer_shape_read(enum provider_shape shape, const cJSON *root, struct answer *answer,
                       struct text *joined) {
    shapes[shape].read(root, answer, joined);
}

bool answer_shape_fits(enum provider_shape shape, const cJSON *root) {
    return shapes[shape].fits(root);
}

const char *answer_shape_name(enum provider_shape shape) {
    return shapes[shape].name;
}
