#include "ration/result_format.h"

#include "ration/result_line.h"

static const struct result_field answer[] = {
    RESULT_FIELD("response_text", RESULT_TEXT, text),
    RESULT_FIELD("response_json", RESULT_JSON, json), // instead of the text
    RESULT_FIELD("invalid", RESULT_SAID, invalid),
    RESULT_FIELD("response_id", RESULT_STRING, response_id),
    RESULT_FIELD("model", RESULT_STRING, model),
    RESULT_FIELD("finish_reason", RESULT_STRING, finish_reason),
    RESULT_OBJECT("usage"),
    RESULT_FIELD("input_tokens", RESULT_COUNT, input_tokens),
    RESULT_FIELD("output_tokens", RESULT_COUNT, output_tokens),
    RESULT_FIELD("total_tokens", RESULT_COUNT, total_tokens),
    RESULT_FIELD("estimated", RESULT_MARK, estimated),
    RESULT_OBJECT_END,
    RESULT_FIELD("replaced", RESULT_MORE, replaced),
    RESULT_FIELD("attempts", RESULT_COUNT, attempts),
    RESULT_FIELD("latency_ms", RESULT_COUNT, latency_ms),
    RESULT_FIELD("created", RESULT_STRING, created),
    RESULT_FIELD("request_id", RESULT_STRING, request_id),
    RESULT_FIELD("input_hash", RESULT_STRING, input_hash),
    RESULT_FIELDS_END,
};

static const struct result_field error[] = {
    RESULT_FIELD("class", RESULT_STRING, class),
    RESULT_FIELD("status", RESULT_COUNT, status),
    RESULT_FIELD("code", RESULT_STRING, code),
    RESULT_FIELD("message", RESULT_STRING, message),
    RESULT_FIELD("attempts", RESULT_COUNT, attempts),
    RESULT_FIELD("created", RESULT_STRING, created),
    RESULT_FIELD("request_id", RESULT_STRING, request_id),
    RESULT_FIELD("unproven", RESULT_MARK, unproven), // the last one, see result_line_add_unproven()
    RESULT_FIELDS_END,
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
