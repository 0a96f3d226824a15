#include "ration/result_format.h"

#include "ration/result_line.h"
#include "ration/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const struct result_field answer[] = {
    RESULT_FIELD("response_text", RESULT_TEXT, text),
    RESULT_FIELD("response_json", RESULT_JSON, json), // instead of the text
    RESULT_FIELD("invalid", RESULT_SAID, invalid),
    RESULT_FIELD("response_id", RESULT_STRING, response_id),
    RESULT_FIELD("model", RESULT_STRING, model),
    RESULT_FIELD("session", RESULT_SAID, session),
    RESULT_FIELD("finish_reason", RESULT_STRING, finish_reason),
    RESULT_OBJECT("usage"),
    RESULT_FIELD("input_tokens", RESULT_COUNT, tokens.input),
    RESULT_FIELD("output_tokens", RESULT_COUNT, tokens.output),
    RESULT_FIELD("total_tokens", RESULT_COUNT, total_tokens),
    RESULT_FIELD("cached_tokens", RESULT_MORE, tokens.cached),
    RESULT_FIELD("cache_write_tokens", RESULT_MORE, tokens.written),
    RESULT_FIELD("cache_write_1h_tokens", RESULT_MORE, tokens.written_hour),
    RESULT_FIELD("reasoning_tokens", RESULT_MORE, tokens.reasoning),
    RESULT_FIELD("estimated", RESULT_MARK, estimated),
    RESULT_OBJECT_END,
    RESULT_FIELD("service_tier", RESULT_SAID, service_tier),
    RESULT_FIELD("replaced", RESULT_MORE, replaced),
    RESULT_FIELD("cost", RESULT_MONEY, cost), // right before the attempts, see result_line_cost()
    RESULT_FIELD("attempts", RESULT_COUNT, attempts),
    RESULT_FIELD("latency_ms", RESULT_COUNT, latency_ms),
    RESULT_FIELD("created", RESULT_STRING, created),
    RESULT_FIELD("request_id", RESULT_STRING, request_id),
    RESULT_FIELD("same_as", RESULT_SAID, same_as),
    RESULT_FIELD("input_hash", RESULT_STRING, input_hash),
    RESULT_FIELDS_END,
};

static const struct result_field error[] = {
    RESULT_FIELD("class", RESULT_STRING, class),
    RESULT_FIELD("status", RESULT_COUNT, status),
    RESULT_FIELD("code", RESULT_STRING, code),
    RESULT_FIELD("message", RESULT_STRING, message),
    RESULT_FIELD("session", RESULT_SAID, session),
    RESULT_FIELD("cost", RESULT_MONEY, cost), // right before the attempts, see result_line_cost()
    RESULT_FIELD("attempts", RESULT_COUNT, attempts),
    RESULT_FIELD("created", RESULT_STRING, created),
    RESULT_FIELD("request_id", RESULT_STRING, request_id),
    RESULT_FIELD("same_as", RESULT_SAID, same_as),
    RESULT_FIELD("unproven", RESULT_MARK, unproven), // the last one, see result_line_add_unproven()
    RESULT_FIELDS_END,
};

static const struct result_field batch_answer[] = {
    RESULT_FIELD("id", RESULT_STRING, input_hash),
    RESULT_FIELD("response", RESULT_RAW, response),
    RESULT_NOTHING("error"),
    RESULT_FIELD("cost", RESULT_MONEY, cost), // right before the attempts, see result_line_cost()
    RESULT_FIELD("attempts", RESULT_COUNT, attempts),
    RESULT_FIELD("latency_ms", RESULT_COUNT, latency_ms),
    RESULT_FIELD("created", RESULT_STRING, created),
    RESULT_FIELD("same_as", RESULT_SAID, same_as),
    RESULT_FIELD("input_hash", RESULT_STRING, input_hash),
    RESULT_FIELDS_END,
};

static const struct result_field batch_error[] = {
    RESULT_FIELD("id", RESULT_STRING, input_hash),
    RESULT_FIELD("response", RESULT_RAW, response),
    RESULT_OBJECT("error"),
    RESULT_FIELD("code", RESULT_STRING, code),
    RESULT_FIELD("message", RESULT_STRING, message),
    RESULT_OBJECT_END,
    RESULT_FIELD("class", RESULT_STRING, class),
    RESULT_FIELD("status", RESULT_COUNT, status),
    RESULT_FIELD("cost", RESULT_MONEY, cost), // right before the attempts, see result_line_cost()
    RESULT_FIELD("attempts", RESULT_COUNT, attempts),
    RESULT_FIELD("created", RESULT_STRING, created),
    RESULT_FIELD("request_id", RESULT_STRING, request_id),
    RESULT_FIELD("same_as", RESULT_SAID, same_as),
    RESULT_FIELD("unproven", RESULT_MARK, unproven), // as above
    RESULT_FIELDS_END,
};

static const struct result_format batch = {
    .id_key = "custom_id",
    .beginning = "{\"custom_id\":\"",
    .hash_beginning = ",\"input_hash\":\"",
    .essential = {[RESULT_ANSWER] = "input_hash", [RESULT_ERROR] = "class"},
    .field = {[RESULT_ANSWER] = batch_answer, [RESULT_ERROR] = batch_error},
    .whole = true,
};

static const struct result_field cookbook_answer[] = {
    RESULT_FIELD("model", RESULT_STRING, model),
    RESULT_FIELD("finish_reason", RESULT_STRING, finish_reason),
    RESULT_FIELD("cost", RESULT_MONEY, cost), // right before the attempts, see result_line_cost()
    RESULT_FIELD("attempts", RESULT_COUNT, attempts),
    RESULT_FIELD("latency_ms", RESULT_COUNT, latency_ms),
    RESULT_FIELD("created", RESULT_STRING, created),
    RESULT_FIELD("same_as", RESULT_SAID, same_as),
    RESULT_FIELD("input_hash", RESULT_STRING, input_hash),
    RESULT_FIELDS_END,
};

static const struct result_format cookbook = {
    .id_key = "id",
    .beginning = "[",
    .hash_beginning = ",\"input_hash\":\"",
    .essential = {[RESULT_ANSWER] = "input_hash", [RESULT_ERROR] = "class"},
    .field = {[RESULT_ANSWER] = cookbook_answer, [RESULT_ERROR] = error},
    .ending = "}}]\n",
    .whole = true,
    .list = true,
};

static const struct result_format usual = {
    .id_key = "artist_id",
    .name_key = "artist_name",
    .beginning = "{\"artist_id\":\"",
    .hash_beginning = ",\"input_hash\":\"",
    .essential = {[RESULT_ANSWER] = "response_text", [RESULT_ERROR] = "class"},
    .instead = {[RESULT_ANSWER] = "response_json"},
    .field = {[RESULT_ANSWER] = answer, [RESULT_ERROR] = error},
};

const struct result_format *result_format_usual(void) {
    return &usual;
}

const struct result_format *result_format_batch(void) {
    return &batch;
}

const struct result_format *result_format_cookbook(void) {
    return &cookbook;
}

bool result_format_taken(const struct result_format *base, const char *key) {
    for (int kind = 0; kind < RESULT_KINDS; kind++) {
        for (const struct result_field *field = base->field[kind]; field->value != RESULT_END; field++) {
            if (field->key != NULL && strcmp(field->key, key) == 0) {
                return true;
            }
        }
    }
    return strcmp(key, RESULT_FORMAT_KEPT) == 0;
}

// The format and its texts are one piece of memory.
struct result_format *result_format_keyed(const struct result_format *base, const char *id_key,
                                          const char *name_key) {
    if (result_format_taken(base, id_key) ||
        (name_key != NULL && (result_format_taken(base, name_key) || strcmp(name_key, id_key) == 0))) {
        errno = EINVAL;
        return NULL;
    }
    struct text beginning = {0};
    if (base->list) {
        text_add_string(&beginning, base->beginning);
    } else {
        text_add(&beginning, "{", 1);
        text_add_json_string(&beginning, id_key);
        text_add_string(&beginning, ":\"");
    }
    size_t id_size = strlen(id_key) + 1, name_size = name_key != NULL ? strlen(name_key) + 1 : 0;
    struct result_format *format = calloc(1, sizeof(*format) + beginning.length + 1 + id_size + name_size);
    if (format == NULL || beginning.failed) {
        free(format);
        text_free(&beginning);
        errno = ENOMEM;
        return NULL;
    }
    char *at = (char *)(format + 1);
    *format = *base;
    format->id_key = memcpy(at, id_key, id_size);
    format->name_key = name_key != NULL ? memcpy(at + id_size, name_key, name_size) : NULL;
    memcpy(at + id_size + name_size, beginning.bytes, beginning.length);
    at[id_size + name_size + beginning.length] = '\0';
    format->beginning = at + id_size + name_size;
    text_free(&beginning);
    return format;
}

void result_format_free(struct result_format *format) {
    free(format);
}
