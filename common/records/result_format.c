#include "ration/result_format.h"

#include "ration/result_line.h"

#define AT(member) offsetof(struct result_line, member)

static const struct result_field answer[] = {
    {"response_text", RESULT_TEXT, AT(text)},
    {"response_id", RESULT_STRING, AT(response_id)},
    {"model", RESULT_STRING, AT(model)},
    {"finish_reason", RESULT_STRING, AT(finish_reason)},
    {"usage", RESULT_OPEN, 0},
    {"input_tokens", RESULT_COUNT, AT(input_tokens)},
    {"output_tokens", RESULT_COUNT, AT(output_tokens)},
    {"total_tokens", RESULT_COUNT, AT(total_tokens)},
    {"estimated", RESULT_MARK, AT(estimated)},
    {NULL, RESULT_CLOSE, 0},
    {"replaced", RESULT_MORE, AT(replaced)},
    {"attempts", RESULT_COUNT, AT(attempts)},
    {"latency_ms", RESULT_COUNT, AT(latency_ms)},
    {"created", RESULT_STRING, AT(created)},
    {"request_id", RESULT_STRING, AT(request_id)},
    {"input_hash", RESULT_STRING, AT(input_hash)},
    {NULL, RESULT_END, 0},
};

static const struct result_field error[] = {
    {"class", RESULT_STRING, AT(class)},
    {"status", RESULT_COUNT, AT(status)},
    {"code", RESULT_STRING, AT(code)},
    {"message", RESULT_STRING, AT(message)},
    {"attempts", RESULT_COUNT, AT(attempts)},
    {"created", RESULT_STRING, AT(created)},
    {"request_id", RESULT_STRING, AT(request_id)},
    {"unproven", RESULT_MARK, AT(unproven)}, // the last one, see result_line_add_unproven()
    {NULL, RESULT_END, 0},
};

static const struct result_format usual = {
    .id_key = "artist_id",
    .name_key = "artist_name",
    .beginning = "{\"artist_id\":\"",
    .hash_beginning = ",\"input_hash\":\"",
    .essential = {[RESULT_ANSWER] = "response_text", [RESULT_ERROR] = "class"},
    .field = {[RESULT_ANSWER] = answer, [RESULT_ERROR] = error},
};

const struct result_format *result_format_usual(void) {
    return &usual;
}
