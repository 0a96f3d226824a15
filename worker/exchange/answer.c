#include "exchange/answer.h"

#include "exchange/json_memory.h"
#include "ration/utf8.h"

#include <math.h>
#include <string.h>

// A real answer takes about three times its size as a tree; a body of brackets and commas would take forty
// times.
#define TREE_FACTOR 12U
#define TREE_LEAST ((size_t)256 << 10)
#define MOST_TOKENS 1e7 // more is no count of one answer: as if not reported

static const cJSON *member(const cJSON *object, const char *key) {
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, key) : NULL;
}

static const char *string_member(const cJSON *object, const char *key) {
    const cJSON *item = member(object, key);
    return cJSON_IsString(item) && item->valuestring[0] != '\0' ? item->valuestring : NULL;
}

static uint64_t count_member(const cJSON *object, const char *key) {
    const cJSON *item = member(object, key);
    if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble) || item->valuedouble < 0 ||
        item->valuedouble > MOST_TOKENS) {
        return 0;
    }
    return (uint64_t)item->valuedouble;
}

// cJSON ends a string at an escaped NUL, which would cut a text without a trace.
static bool has_escaped_nul(const char *body, size_t length) {
    const char *at = body;
    const char *end = body + length;
    while ((at = memmem(at, (size_t)(end - at), "\\u0000", 6)) != NULL) {
        const char *first = at;
        while (first > body && first[-1] == '\\') {
            first--;
        }
        if ((at - first) % 2 == 0) {
            return true;
        }
        at += 6;
    }
    return false;
}

// OpenAI counts cached input within the input, Anthropic beside it, under keys of its own.
static void read_usage(const cJSON *root, struct answer *answer) {
    const cJSON *usage = member(root, "usage");
    answer->input_tokens = count_member(usage, "input_tokens") +
                           count_member(usage, "cache_creation_input_tokens") +
                           count_member(usage, "cache_read_input_tokens");
    if (answer->input_tokens == 0) {
        answer->input_tokens = count_member(usage, "prompt_tokens");
    }
    answer->output_tokens = count_member(usage, "output_tokens");
    if (answer->output_tokens == 0) {
        answer->output_tokens = count_member(usage, "completion_tokens");
    }
    answer->total_tokens = count_member(usage, "total_tokens");
    if (answer->total_tokens < answer->input_tokens + answer->output_tokens) {
        answer->total_tokens = answer->input_tokens + answer->output_tokens;
    }
}

static void read_error(const cJSON *root, struct answer *answer) {
    const cJSON *error = member(root, "error");
    if (cJSON_IsString(error)) {
        answer->error_message = error->valuestring;
        answer->failed = true;
        return;
    }
    if (!cJSON_IsObject(error)) {
        return;
    }
    answer->failed = true;
    answer->error_type = string_member(error, "type");
    answer->error_code = string_member(error, "code");
    answer->error_param = string_member(error, "param");
    answer->error_message = string_member(error, "message");
    const cJSON *details = member(error, "details");
    answer->error_detail = string_member(details, "error_code");
}

// Points the text at the one part, or joins several.
static void add_part(struct answer *answer, struct text *joined, const char *part) {
    size_t length = strlen(part);
    if (answer->text == NULL) {
        answer->text = part;
        answer->text_length = length;
        return;
    }
    if (joined->length == 0) {
        text_add(joined, answer->text, answer->text_length);
    }
    text_add(joined, part, length);
    answer->text = joined->bytes;
    answer->text_length = joined->length;
}

static void read_responses_content(const cJSON *message, struct answer *answer, struct text *joined) {
    const cJSON *part;
    cJSON_ArrayForEach(part, member(message, "content")) {
        const char *type = string_member(part, "type");
        if (type == NULL) {
            continue;
        }
        if (strcmp(type, "output_text") == 0) {
            const char *text = string_member(part, "text");
            if (text != NULL) {
                add_part(answer, joined, text);
            }
        } else if (strcmp(type, "refusal") == 0) {
            answer->refusal = string_member(part, "refusal");
        }
    }
}

// Returns whether the response ended in a way that gives a text. So do the two below.
static bool read_responses(const cJSON *root, struct answer *answer, struct text *joined) {
    const cJSON *item;
    cJSON_ArrayForEach(item, member(root, "output")) {
        const char *type = string_member(item, "type");
        if (type != NULL && strcmp(type, "message") == 0) {
            read_responses_content(item, answer, joined);
        }
    }
    const char *status = string_member(root, "status");
    if (status == NULL) {
        return false;
    }
    if (strcmp(status, "completed") == 0) {
        answer->finish_reason = "stop";
        return true;
    }
    if (strcmp(status, "incomplete") == 0) {
        const char *reason = string_member(member(root, "incomplete_details"), "reason");
        answer->finish_reason =
            reason == NULL || strcmp(reason, "max_output_tokens") == 0 ? "length" : reason;
        return true;
    }
    answer->finish_reason = status;
    answer->failed = answer->failed || strcmp(status, "failed") == 0;
    return false;
}

static bool read_chat(const cJSON *root, struct answer *answer) {
    const cJSON *choices = member(root, "choices");
    const cJSON *choice = cJSON_IsArray(choices) ? cJSON_GetArrayItem(choices, 0) : NULL;
    const cJSON *message = member(choice, "message");
    const char *text = string_member(message, "content");
    if (text != NULL) {
        answer->text = text;
        answer->text_length = strlen(text);
    }
    answer->refusal = string_member(message, "refusal");
    answer->finish_reason = string_member(choice, "finish_reason");
    return answer->finish_reason != NULL;
}

static bool read_messages(const cJSON *root, struct answer *answer, struct text *joined) {
    static const char *const reason[][2] = {
        {"end_turn", "stop"},          {"stop_sequence", "stop"},
        {"max_tokens", "length"},      {"model_context_window_exceeded", "length"},
        {"refusal", "content_filter"},
    };
    const cJSON *part;
    cJSON_ArrayForEach(part, member(root, "content")) {
        const char *type = string_member(part, "type");
        const char *text = string_member(part, "text");
        if (type != NULL && strcmp(type, "text") == 0 && text != NULL) {
            add_part(answer, joined, text);
        }
    }
    const char *stop = string_member(root, "stop_reason");
    answer->finish_reason = stop;
    for (size_t i = 0; stop != NULL && i < sizeof reason / sizeof reason[0]; i++) {
        if (strcmp(stop, reason[i][0]) == 0) {
            answer->finish_reason = reason[i][1];
            return strcmp(stop, "refusal") != 0; // what was said before it is no answer
        }
    }
    return false; // a turn that waits for something
}

static bool read_ending(enum provider_shape shape, const cJSON *root, struct answer *answer,
                        struct text *joined) {
    switch (shape) {
    case PROVIDER_RESPONSES:
        return read_responses(root, answer, joined);
    case PROVIDER_CHAT:
        return read_chat(root, answer);
    case PROVIDER_MESSAGES:
        return read_messages(root, answer, joined);
    }
    return false;
}

void answer_read(enum provider_shape shape, const char *body, size_t length, struct text *joined,
                 struct answer *answer) {
    *answer = (struct answer){0};
    text_clear(joined);
    if (length == 0 || utf8_span(body, length) != length || has_escaped_nul(body, length)) {
        return;
    }
    size_t limit = length < SIZE_MAX / TREE_FACTOR ? length * TREE_FACTOR + TREE_LEAST : SIZE_MAX;
    const cJSON *root = json_memory_parse(body, length, limit);
    answer->starved = json_memory_starved();
    if (!cJSON_IsObject(root)) {
        return;
    }
    answer->parsed = true;
    answer->id = string_member(root, "id");
    answer->model = string_member(root, "model");
    read_error(root, answer);
    read_usage(root, answer);
    bool ended = read_ending(shape, root, answer, joined);
    answer->starved = joined->failed;
    answer->complete = ended && !answer->failed && answer->text_length > 0;
}

bool answer_truncated(const struct answer *answer) {
    return answer->finish_reason != NULL && strcmp(answer->finish_reason, "length") == 0;
}
