#include "export/result_body.h"

#include "export/json_unescape.h"
#include "ration/answer_counts.h"
#include "ration/answer_ending.h"

#include <stddef.h>
#include <string.h>

#define GAP "\\n\\n"      // between two messages
#define USAGE_MOST 65536U // bytes of an object with counts; more is none

static bool member(const struct json_piece *object, const char *name, struct json_piece *value) {
    return object->length > 0 && object->text[0] == '{' && json_scan_find(object, name, value);
}

static struct json_piece string_of(const struct json_piece *object, const char *name) {
    struct json_piece value = {NULL, 0};
    return member(object, name, &value) && value.text[0] == '"' ? value : (struct json_piece){NULL, 0};
}

static bool is(const struct json_piece *object, const char *name, const char *quoted) {
    struct json_piece value = string_of(object, name);
    return value.length == strlen(quoted) && memcmp(value.text, quoted, value.length) == 0;
}

// ---- the text ----

static void add_string(struct result_body *body, const struct json_piece *string) {
    text_add(&body->text, string->text + 1, string->length - 2);
    body->said = true;
}

// A part of a text kind, or of none: {"text": "…"}; also {"text": {"value": "…"}}.
static void add_part(struct result_body *body, const struct json_piece *part) {
    struct json_piece text;
    if (part->text[0] == '"') {
        add_string(body, part);
        return;
    }
    bool other = string_of(part, "type").length > 0 && !is(part, "type", "\"text\"") &&
                 !is(part, "type", "\"output_text\"");
    if (other || !member(part, "text", &text)) {
        return; // thinking, a tool's call, a reference, …
    }
    text = text.text[0] == '{' ? string_of(&text, "value") : text;
    if (text.length > 0 && text.text[0] == '"') {
        add_string(body, &text);
    }
}

static void add_content(struct result_body *body, const struct json_piece *content) {
    struct json_piece part;
    size_t at = 0;
    if (content->text[0] != '[') {
        add_part(body, content);
        return;
    }
    while (json_scan_item(content, &at, &part)) {
        add_part(body, &part);
    }
}

// One of several messages: an empty line parts those that have a text.
static void add_message(struct result_body *body, const struct json_piece *content) {
    size_t before = body->text.length;
    text_add_string(&body->text, before > 0 ? GAP : "");
    size_t begin = body->text.length;
    add_content(body, content);
    if (body->text.length == begin && !body->text.failed) {
        body->text.length = before;
    }
}

// ---- the ending ----

static void end(struct result_body *body, const struct json_piece *string) {
    char word[RESULT_BODY_WORD];
    if (string->length == 0 || string->length > sizeof(word)) {
        return;
    }
    word[json_unescape(string, word)] = '\0';
    const char *name = answer_ending_name(answer_ending_of(word), word);
    (void)memcpy(body->word, name, strlen(name) + 1);
}

// Why a response is incomplete; "completed" is no reason.
static void end_incomplete(struct result_body *body, const struct json_piece *json) {
    struct json_piece details = {NULL, 0};
    (void)member(json, "incomplete_details", &details);
    struct json_piece reason = string_of(&details, "reason");
    end(body, &reason);
    if (body->word[0] == '\0' || strcmp(body->word, "stop") == 0) {
        (void)memcpy(body->word, "incomplete", sizeof("incomplete"));
    }
}

// ---- the shapes ----

static void read_responses(struct result_body *body, const struct json_piece *json) {
    struct json_piece output, item, content;
    size_t at = 0;
    if (member(json, "output", &output) && output.text[0] == '[') {
        while (json_scan_item(&output, &at, &item)) {
            if (is(&item, "type", "\"message\"") && member(&item, "content", &content)) {
                add_message(body, &content);
            }
        }
    } else if (member(json, "output", &output)) {
        add_message(body, &output);
    }
    if (body->text.length == 0 && member(json, "output_text", &output)) {
        add_message(body, &output);
    }
    if (is(json, "status", "\"incomplete\"")) {
        end_incomplete(body, json);
    } else {
        struct json_piece status = string_of(json, "status");
        end(body, &status);
    }
}

static void read_chat(struct result_body *body, const struct json_piece *json) {
    struct json_piece choices, choice = {NULL, 0}, message, content;
    size_t at = 0;
    if (!member(json, "choices", &choices) || choices.text[0] != '[' ||
        !json_scan_item(&choices, &at, &choice)) {
        return;
    }
    bool has = member(&choice, "message", &message);
    if (member(has ? &message : &choice, has ? "content" : "text", &content)) {
        add_content(body, &content);
    }
    struct json_piece word = string_of(&choice, "finish_reason");
    end(body, &word);
}

static void read_messages(struct result_body *body, const struct json_piece *json) {
    struct json_piece content, word = string_of(json, "stop_reason");
    if (member(json, "content", &content)) {
        add_content(body, &content);
    }
    end(body, &word);
}

static void read_any(struct result_body *body, const struct json_piece *json) {
    text_add_escaped(&body->text, json->text, json->length);
    body->said = true;
    (void)memcpy(body->word, "stop", sizeof("stop"));
}

// ---- the tokens ----

// Of the members that may hold them alone: no tree is made of an answer.
static struct answer_counts counts_of(const struct json_piece *json) {
    static const char *const places[] = {"usage", "usageMetadata", "usage_metadata", "x_groq", "meta"};
    struct text object = {0};
    struct json_piece value;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (member(json, places[i], &value) && value.text[0] == '{' && value.length <= USAGE_MOST) {
            text_add_string(&object, object.length > 0 ? "," : "{");
            text_add_json_string(&object, places[i]);
            text_add_string(&object, ":");
            text_add(&object, value.text, value.length);
        }
    }
    text_add_string(&object, "}");
    struct answer_counts counts = {0};
    if (!object.failed && object.length > 1) {
        cJSON *tree = cJSON_ParseWithLength(object.bytes, object.length);
        counts = answer_counts_read(tree);
        cJSON_Delete(tree);
    }
    text_free(&object);
    return counts;
}

// As a worker reads them, whatever the API calls them.
static void read_usage(struct result_body *body, const struct json_piece *json) {
    const struct answer_counts counts = counts_of(json);
    body->input_tokens = counts.tokens.input;
    body->output_tokens = counts.tokens.output;
    uint64_t sum = body->input_tokens + body->output_tokens;
    body->total_tokens = counts.total > sum ? counts.total : sum;
}

void result_body_read(struct result_body *body, const struct json_piece *json) {
    struct json_piece found;
    text_clear(&body->text);
    *body = (struct result_body){.text = body->text};
    body->id = string_of(json, "id");
    body->model = string_of(json, "model");
    read_usage(body, json);
    if (member(json, "choices", &found)) {
        read_chat(body, json);
    } else if (member(json, "output", &found) || is(json, "object", "\"response\"")) {
        read_responses(body, json);
    } else if (member(json, "content", &found) || is(json, "type", "\"message\"")) {
        read_messages(body, json);
    } else {
        read_any(body, json);
    }
}
