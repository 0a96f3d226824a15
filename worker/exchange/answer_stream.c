#include "exchange/answer_stream.h"

#include "exchange/answer_error.h"
#include "exchange/answer_shape.h"
#include "exchange/answer_text.h"
#include "exchange/answer_usage.h"
#include "ration/answer_tree.h"

#include <string.h>

const cJSON *answer_stream_whole(const cJSON *events) {
    const cJSON *event;
    const cJSON *whole = NULL;
    cJSON_ArrayForEach(event, events) {
        const cJSON *response = answer_tree_member(event, "response");
        const char *type = answer_tree_string(event, "type");
        bool ends = type != NULL &&
                    (strcmp(type, "response.completed") == 0 || strcmp(type, "response.incomplete") == 0 ||
                     strcmp(type, "response.failed") == 0);
        if (cJSON_IsObject(response) && ends) {
            whole = response;
        }
        if (answer_tree_member(answer_shape_choice(event), "message") != NULL) {
            whole = event; // not a piece, but a completion as a whole
        }
    }
    return whole;
}

static void name(const cJSON *object, struct answer *answer) {
    answer->id = answer->id != NULL ? answer->id : answer_tree_string(object, "id");
    answer->model = answer->model != NULL ? answer->model : answer_tree_string(object, "model");
}

static void end(struct answer *answer, const char *word) {
    if (word != NULL) {
        answer_shape_end(answer, word);
    }
}

static void read_chunk(const cJSON *event, struct answer *answer, struct text *joined) {
    const cJSON *choice = answer_shape_choice(event);
    const cJSON *delta = answer_tree_member(choice, "delta");
    const char *refusal = answer_tree_string(delta, "refusal");
    name(event, answer);
    answer_text_content(answer, joined, answer_tree_member(delta, "content"));
    answer->refusal = answer->refusal != NULL ? answer->refusal : refusal;
    end(answer, answer_tree_string(choice, "finish_reason"));
    answer_error_read(choice, true, answer);
    answer_usage_read(event, answer);
}

static void read_piece(const cJSON *event, struct answer *answer, struct text *joined) {
    const cJSON *delta = answer_tree_member(event, "delta");
    const cJSON *message = answer_tree_member(event, "message");
    if (answer_tree_is(event, "type", "message_start")) {
        name(message, answer);
        answer_usage_read(message, answer);
    } else if (answer_tree_is(delta, "type", "text_delta")) {
        const char *text = answer_tree_string(delta, "text");
        answer_text_add(answer, joined, text != NULL ? text : "");
    } else if (answer_tree_is(event, "type", "message_delta")) {
        end(answer, answer_tree_string(delta, "stop_reason"));
        answer_usage_read(event, answer);
    }
}

void answer_stream_read(const cJSON *events, struct answer *answer, struct text *joined) {
    const cJSON *event;
    cJSON_ArrayForEach(event, events) {
        answer_error_read(event, true, answer);
        if (answer_tree_member(event, "choices") != NULL) {
            read_chunk(event, answer, joined);
        } else {
            read_piece(event, answer, joined);
        }
    }
}
