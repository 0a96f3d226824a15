// A response body in all three shapes, the tokens that are made up for, the outcome that is made of it, and
// the line that it becomes.
#include "exchange/answer.h"
#include "exchange/answer_check.h"
#include "exchange/answer_usage.h"
#include "exchange/classify.h"
#include "exchange/json_memory.h"
#include "fuzz_bytes.h"
#include "line.h"
#include "ration/utf8.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

static const struct key key = {.text = "sk-key-0123"};

static void check_string(const char *string) {
    FUZZ_CHECK(string == NULL || utf8_span(string, strlen(string)) == strlen(string));
}

// One whole line of JSON that says what was put in.
static void check_line(const struct text *line, const char *name, const char *value) {
    const char *end = NULL;
    FUZZ_CHECK(!line->failed && line->length > 0 && line->bytes[line->length - 1] == '\n');
    FUZZ_CHECK(memchr(line->bytes, '\n', line->length) == line->bytes + line->length - 1);
    FUZZ_CHECK(utf8_span(line->bytes, line->length) == line->length);
    cJSON *tree = cJSON_ParseWithLengthOpts(line->bytes, line->length, &end, false);
    FUZZ_CHECK(tree != NULL && end == line->bytes + line->length - 1);
    const char *kept = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, name));
    FUZZ_CHECK(kept != NULL && strcmp(kept, value) == 0);
    cJSON_Delete(tree);
}

static void write_line(struct text *out, enum result_kind kind, const struct result_line *line) {
    struct text head = {0};
    result_line_begin(&head, result_format_usual(), (struct result_text){"a1", 2},
                      (struct result_text){"N", 1});
    result_line_add(out, result_format_usual(), kind, &head, line);
    text_free(&head);
}

// One that is JSON is written as JSON, and nothing in it can be taken for what readers of lines look for.
static void check_json(const struct answer *answer) {
    struct text out = {0}, clean = {0};
    struct schema_report report;
    struct result_line line = {.attempts = 1, .created = "now", .input_hash = "0123"};
    line.cost = answer->text_length % 3; // now and then it has none
    struct answer json = *answer;
    struct answer_part part = answer_check_json(answer->text, answer->text_length);
    char id[RESULT_LINE_ID_SIZE];
    const char *hash = NULL;
    size_t length = 0;
    if (schema_check(NULL, part.bytes, part.length, &report) != SCHEMA_VALID) {
        return;
    }
    json.json = part.bytes;
    json.json_length = part.length;
    line_answer(&line, NULL, &json, &clean);
    write_line(&out, RESULT_ANSWER, &line);
    check_line(&out, "artist_id", "a1");
    FUZZ_CHECK(result_line_id(result_format_usual(), out.bytes, out.length - 1, id, &length) && length == 2);
    FUZZ_CHECK(result_line_input_hash(result_format_usual(), out.bytes, out.length - 1, &hash, &length));
    FUZZ_CHECK(length == 4 && memcmp(hash, "0123", 4) == 0);
    FUZZ_CHECK(result_line_cost(result_format_usual(), RESULT_ANSWER, out.bytes, out.length - 1) ==
               line.cost);
    text_free(&out);
    text_free(&clean);
}

static void check_done(const struct answer *answer) {
    struct text out = {0}, clean = {0};
    struct result_line line = {.attempts = 1, .created = "now", .input_hash = "0123"};
    char *copy = strndup(answer->text, answer->text_length);
    FUZZ_CHECK(copy != NULL && strlen(copy) == answer->text_length);
    line_answer(&line, NULL, answer, &clean);
    write_line(&out, RESULT_ANSWER, &line);
    check_line(&out, "response_text", copy);
    text_clear(&out);
    line_answer(&line, &key, answer, &clean);
    write_line(&out, RESULT_ANSWER, &line);
    FUZZ_CHECK(memmem(out.bytes, out.length, key.text, strlen(key.text)) == NULL);
    FUZZ_CHECK(utf8_span(out.bytes, out.length) == out.length);
    free(copy);
    text_free(&out);
    text_free(&clean);
    check_json(answer);
}

static void check_failed(const struct outcome *outcome, long status) {
    char message[LINE_MESSAGE_MOST + 1], code[LINE_CODE_MOST + 1];
    struct text out = {0};
    line_scrub(outcome->message, &key, message, sizeof(message));
    line_scrub(outcome->code != NULL ? outcome->code : "", &key, code, sizeof(code));
    FUZZ_CHECK(strstr(message, key.text) == NULL && strstr(code, key.text) == NULL);
    check_string(message);
    struct result_line line = {
        .class = "refused", .status = (uint64_t)status, .code = code, .message = message};
    write_line(&out, RESULT_ERROR, &line);
    check_line(&out, "message", message);
    text_free(&out);
}

static void check_answer(const struct answer *answer, long status) {
    struct outcome_facts seen = {.status = status, .answer = answer};
    struct outcome outcome = outcome_of(&seen);
    FUZZ_CHECK(outcome.kind < OUTCOME_OF_ATTEMPT && outcome.message != NULL);
    FUZZ_CHECK(outcome.kind != OUTCOME_DONE || (answer->complete && outcome_answers(status)));
    if (outcome.kind == OUTCOME_DONE) {
        check_done(answer);
    } else {
        check_failed(&outcome, status);
    }
}

int fuzz_answer(const uint8_t *data, size_t size) {
    static const long statuses[] = {200, 201, 400, 401, 429, 500, 503, 307};
    static struct text joined;
    if (size == 0) {
        return 0;
    }
    enum provider_shape shape = data[0] & 16  ? PROVIDER_MESSAGES
                                : data[0] & 1 ? PROVIDER_CHAT
                                              : PROVIDER_RESPONSES;
    long status = statuses[data[0] >> 1 & 7];
    struct answer answer;
    answer_read(shape, (const char *)data + 1, size - 1, &joined, &answer);
    FUZZ_CHECK(!answer.starved && (answer.parsed || !answer.complete));
    FUZZ_CHECK(answer.total_tokens >= answer.tokens.input + answer.tokens.output);
    FUZZ_CHECK(answer.tokens.cached + answer.tokens.written + answer.tokens.written_hour <=
               answer.tokens.input);
    FUZZ_CHECK(answer.tokens.reasoning <= answer.tokens.output);
    check_string(answer.service_tier);
    answer_usage_fill(&answer, 70);
    FUZZ_CHECK(answer.text_length == 0 || (answer.total_tokens > 0 && answer.tokens.output > 0));
    FUZZ_CHECK(answer.error_status == 0 || (answer.error_status >= 400 && answer.error_status < 600));
    FUZZ_CHECK(answer.text == NULL || utf8_span(answer.text, answer.text_length) == answer.text_length);
    FUZZ_CHECK(!answer.complete || (answer.text != NULL && answer.text_length > 0));
    check_string(answer.id);
    check_string(answer.model);
    check_string(answer.finish_reason);
    check_string(answer.refusal);
    check_string(answer.error_message);
    check_string(answer.error_code);
    check_string(answer.error_type);
    check_string(answer.complaint);
    check_answer(&answer, status);
    json_memory_release();
    return 0;
}
