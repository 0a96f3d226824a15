#include "ration/result_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

// Another format, as another input or another reader may want it: its own keys, its own order.
static const struct result_field other_answer[] = {
    RESULT_FIELD("answer", RESULT_TEXT, text),
    RESULT_OBJECT("spent"),
    RESULT_FIELD("out", RESULT_COUNT, tokens.output),
    RESULT_OBJECT_END,
    RESULT_FIELD("input_hash", RESULT_STRING, input_hash),
    RESULT_FIELDS_END,
};
static const struct result_field other_error[] = {
    RESULT_FIELD("why", RESULT_STRING, class),
    RESULT_FIELDS_END,
};
static const struct result_format other = {
    .id_key = "sku",
    .name_key = "title",
    .beginning = "{\"sku\":\"",
    .hash_beginning = ",\"input_hash\":\"",
    .essential = {"answer", "why"},
    .field = {other_answer, other_error},
};

static const struct result_line full = {
    .attempts = 2,
    .cost = 1250,
    .created = "2026-01-31T23:59:59.123Z",
    .request_id = "req_1",
    .text = {"Text\twith \\ all", 15},
    .response_id = "resp_1",
    .finish_reason = "stop",
    .tokens.input = 1,
    .tokens.output = 2,
    .total_tokens = 3,
    .estimated = true,
    .replaced = 4,
    .latency_ms = 77,
    .input_hash = "0123",
    .class = "refused",
    .status = 400,
    .code = "c",
    .message = "it \"broke\"",
    .unproven = true,
};
static const struct result_line empty = {0};
static const struct result_line follows = {.same_as = "l\"1"};

#define HEAD "{\"artist_id\":\"a\\\"1\",\"artist_name\":\"Zo\xc3\xab\\n\""

// What is written, byte for byte.
static const struct {
    const char *what;
    enum result_kind kind;
    const struct result_line *line;
    const char *text;
} lines[] = {
    {"a full answer", RESULT_ANSWER, &full,
     HEAD ",\"response_text\":\"Text\\twith \\\\ all\",\"response_id\":\"resp_1\",\"model\":null,"
          "\"finish_reason\":\"stop\",\"usage\":{\"input_tokens\":1,\"output_tokens\":2,\"total_tokens\":3,"
          "\"estimated\":true},\"replaced\":4,\"cost\":0.00000125,\"attempts\":2,\"latency_ms\":77,"
          "\"created\":\"2026-01-31T23:59:59.123Z\",\"request_id\":\"req_1\",\"input_hash\":\"0123\"}\n"},
    {"an empty answer", RESULT_ANSWER, &empty,
     HEAD ",\"response_text\":\"\",\"response_id\":null,\"model\":null,\"finish_reason\":null,"
          "\"usage\":{\"input_tokens\":0,\"output_tokens\":0,\"total_tokens\":0},\"attempts\":0,"
          "\"latency_ms\":0,\"created\":null,\"request_id\":null,\"input_hash\":null}\n"},
    {"an answer that is another one's", RESULT_ANSWER, &follows,
     HEAD ",\"response_text\":\"\",\"response_id\":null,\"model\":null,\"finish_reason\":null,"
          "\"usage\":{\"input_tokens\":0,\"output_tokens\":0,\"total_tokens\":0},\"attempts\":0,"
          "\"latency_ms\":0,\"created\":null,\"request_id\":null,\"same_as\":\"l\\\"1\","
          "\"input_hash\":null}\n"},
    {"a full error", RESULT_ERROR, &full,
     HEAD ",\"class\":\"refused\",\"status\":400,\"code\":\"c\",\"message\":\"it \\\"broke\\\"\","
          "\"cost\":0.00000125,\"attempts\":2,"
          "\"created\":\"2026-01-31T23:59:59.123Z\",\"request_id\":\"req_1\",\"unproven\":true}\n"},
    {"an empty error", RESULT_ERROR, &empty,
     HEAD ",\"class\":null,\"status\":0,\"code\":null,\"message\":null,\"attempts\":0,\"created\":null,"
          "\"request_id\":null}\n"},
};

static void write_line(struct text *out, const struct result_format *format, enum result_kind kind,
                       const struct result_line *line) {
    struct text head = {0};
    result_line_begin(&head, format, (struct result_text){"a\"1", 3},
                      (struct result_text){"Zo\xc3\xab\n", 5});
    result_line_add(out, format, kind, &head, line);
    assert_false(out->failed);
    text_free(&head);
}

static void writes_them_byte_for_byte(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct text out = {0};
        write_line(&out, result_format_usual(), lines[i].kind, lines[i].line);
        text_add(&out, "", 1);
        assert_string_equal(out.bytes, lines[i].text);
        text_free(&out);
    }
}

static void same_string(const char *is, const char *was) {
    assert_int_equal(is == NULL, was == NULL);
    assert_true(is == NULL || strcmp(is, was) == 0);
}

static void reads_what_it_has_written(void **state) {
    (void)state;
    struct result_read read;
    struct text out = {0};
    write_line(&out, result_format_usual(), RESULT_ANSWER, &full);
    assert_true(result_line_read(result_format_usual(), RESULT_ANSWER, out.bytes, out.length - 1, &read));
    assert_string_equal(read.id, "a\"1");
    assert_int_equal(read.line.text.length, full.text.length);
    same_string(read.line.text.bytes, full.text.bytes);
    same_string(read.line.model, full.model);
    same_string(read.line.input_hash, full.input_hash);
    assert_int_equal(read.line.tokens.output, 2);
    assert_int_equal(read.line.latency_ms, 77);
    assert_int_equal(read.line.replaced, 4);
    assert_true(read.line.estimated);
    result_line_free(&read);
    assert_false(result_line_read(result_format_usual(), RESULT_ERROR, out.bytes, out.length - 1, &read));
    text_clear(&out);
    write_line(&out, result_format_usual(), RESULT_ERROR, &full);
    assert_true(result_line_read(result_format_usual(), RESULT_ERROR, out.bytes, out.length - 1, &read));
    same_string(read.line.class, full.class);
    same_string(read.line.message, full.message);
    assert_int_equal(read.line.status, 400);
    assert_true(read.line.unproven);
    result_line_free(&read);
    text_free(&out);
}

// An answer that is JSON stands there as JSON, on one line, and cannot be taken for the beginning of a line
// or of a hash.
static void keeps_json_as_json(void **state) {
    (void)state;
    static const char json[] =
        "{\"artist_id\":\"b\",\r\n \"input_hash\":\"0\", \"a\" : [1e400,{\"x,y\\\"\":\"{\\\\\"}]}";
    static const char written[] =
        ",\"response_json\":{\"artist_id\": \"b\", \"input_hash\": \"0\", \"a\": [1e400, "
        "{\"x,y\\\"\": \"{\\\\\"}]},\"invalid\":\"why\",\"response_id\":";
    struct result_line line = full;
    struct result_read read;
    struct text out = {0};
    char id[RESULT_LINE_ID_SIZE];
    const char *hash;
    size_t length;
    line.text = (struct result_text){0};
    line.json = (struct result_text){json, sizeof(json) - 1};
    line.invalid = "why";
    write_line(&out, result_format_usual(), RESULT_ANSWER, &line);
    assert_non_null(memmem(out.bytes, out.length, written, sizeof(written) - 1));
    assert_null(memmem(out.bytes, out.length, "response_text", 13));
    assert_true(result_line_id(result_format_usual(), out.bytes, out.length - 1, id, &length));
    assert_string_equal(id, "a\"1");
    assert_true(result_line_input_hash(result_format_usual(), out.bytes, out.length - 1, &hash, &length));
    assert_int_equal(length, strlen(full.input_hash));
    assert_memory_equal(hash, full.input_hash, length);
    assert_true(result_line_read(result_format_usual(), RESULT_ANSWER, out.bytes, out.length - 1, &read));
    assert_null(read.line.text.bytes);
    same_string(read.line.invalid, "why");
    result_line_free(&read);
    text_free(&out);
}

// Tokens by kind, and the tier that answered: written where there is something to say, and read again.
static void keeps_the_kinds_of_tokens(void **state) {
    (void)state;
    static const char written[] =
        "\"usage\":{\"input_tokens\":10,\"output_tokens\":5,\"total_tokens\":15,\"cached_tokens\":4,"
        "\"cache_write_tokens\":3,\"cache_write_1h_tokens\":2,\"reasoning_tokens\":1},\"service_tier\":"
        "\"flex\"";
    struct result_line line = {.tokens = {10, 4, 3, 2, 5, 1}, .total_tokens = 15, .service_tier = "flex"};
    struct result_read read;
    struct text out = {0};
    write_line(&out, result_format_usual(), RESULT_ANSWER, &line);
    assert_non_null(memmem(out.bytes, out.length, written, sizeof(written) - 1));
    assert_true(result_line_read(result_format_usual(), RESULT_ANSWER, out.bytes, out.length - 1, &read));
    assert_memory_equal(&read.line.tokens, &line.tokens, sizeof(line.tokens));
    same_string(read.line.service_tier, "flex");
    result_line_free(&read);
    text_free(&out);
}

// What a line cost is found without reading it whole, and is not taken from anything else in it.
static void finds_what_a_line_cost(void **state) {
    (void)state;
    static const char *const inside[] = {
        "{\"cost\": 5, \"attempts\": 1}",
        "{\"x\":{},\"cost\":5,\"attempts\":1,\"latency_ms\":2}",
        "{\"a\":\"\\\",\\\"cost\\\":5,\\\"attempts\\\":1\"}",
    };
    const struct result_format *formats[] = {result_format_usual(), result_format_batch()};
    for (size_t f = 0; f < 2; f++) {
        for (int kind = 0; kind < RESULT_KINDS; kind++) {
            for (size_t i = 0; i < 2 * sizeof(inside) / sizeof(inside[0]); i++) {
                struct result_line line = full;
                struct text out = {0};
                struct result_read read;
                line.cost = i % 2 == 0 ? 0 : 12345678901;
                line.response = (struct result_text){inside[i / 2], strlen(inside[i / 2])};
                line.text = line.response;
                line.message = inside[i / 2];
                write_line(&out, formats[f], (enum result_kind)kind, &line);
                assert_int_equal(
                    result_line_cost(formats[f], (enum result_kind)kind, out.bytes, out.length - 1),
                    line.cost);
                assert_true(
                    result_line_read(formats[f], (enum result_kind)kind, out.bytes, out.length - 1, &read));
                assert_int_equal(read.line.cost, line.cost);
                result_line_free(&read);
                text_free(&out);
            }
        }
    }
    static const char other_way[] = "{ \"artist_id\" : \"a\", \"class\":\"x\", \"cost\" : 2.5e-9 }";
    assert_int_equal(result_line_cost(result_format_usual(), RESULT_ERROR, other_way, sizeof(other_way) - 1),
                     3);
}

static void says_later_that_it_is_unproven(void **state) {
    (void)state;
    struct result_line line = full;
    struct text before = {0}, after = {0}, at_once = {0};
    write_line(&at_once, result_format_usual(), RESULT_ERROR, &line);
    line.unproven = false;
    write_line(&before, result_format_usual(), RESULT_ERROR, &line);
    result_line_add_unproven(&after, result_format_usual(), &before);
    assert_int_equal(after.length, at_once.length);
    assert_memory_equal(after.bytes, at_once.bytes, after.length);
    text_free(&before);
    text_free(&after);
    text_free(&at_once);
}

static void finds_ids(void **state) {
    (void)state;
    static const struct {
        const char *line, *id; // NULL: there is none
    } cases[] = {
        {"{\"artist_id\":\"a\"}", "a"},
        {"{\"artist_id\":\"a\\\"\\u00e9\",\"x\":1}", "a\"\xc3\xa9"},
        {"{ \"x\":1, \"artist_id\" : \"a\" }", "a"},
        {"{\"artist_id\":\"\",\"x\":1}", NULL},
        {"{\"artist_id\":1}", NULL},
        {"{\"artist_id\":\"a\",\"te{\"artist_id\":\"b\"}", NULL},
        {"{\"artist_id\":\"a\",\"input\":{\"artist_id\":\"b\"},\"x\":1}", "a"},
        {"{\"artist_id\":\"a\\\"\\u00e9\",\"input\":{\"artist_id\":\"b\"}}", "a\"\xc3\xa9"},
        {"{\"artist_id\":\"\",\"input\":{\"artist_id\":\"b\"}}", NULL},
        {"{\"artist_id\":\"a\",\"input\":{\"m\":{\"artist_id\":\"b\"}}}", "a"},
        {"{\"artist_id\":\"a\",\"x\":{\"artist_id\":\"b\",\"y\":1}", NULL},
        {"{\"artist_id\":\"a\"}{\"artist_id\":\"b\"}", NULL},
        {"{\"artist_id\":\"a\",\"x\":", NULL},
        {"{\"sku\":\"a\"}", NULL},
        {"[]", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char id[RESULT_LINE_ID_SIZE];
        size_t length;
        bool found = result_line_id(result_format_usual(), cases[i].line, strlen(cases[i].line), id, &length);
        assert_int_equal(found, cases[i].id != NULL);
        assert_true(!found || (strcmp(id, cases[i].id) == 0 && length == strlen(id)));
    }
}

static void another_format_is_data(void **state) {
    (void)state;
    static const char expected[] =
        "{\"sku\":\"a\\\"1\",\"title\":\"Zo\xc3\xab\\n\",\"answer\":\"Text\\twith \\\\ "
        "all\",\"spent\":{\"out\":2},\"input_hash\":\"0123\"}\n";
    struct text out = {0};
    struct result_read read;
    char id[RESULT_LINE_ID_SIZE];
    const char *hash;
    size_t length;
    write_line(&out, &other, RESULT_ANSWER, &full);
    assert_int_equal(out.length, sizeof(expected) - 1);
    assert_memory_equal(out.bytes, expected, out.length);
    size_t size = out.length - 1;
    assert_true(result_line_id(&other, out.bytes, size, id, &length));
    assert_string_equal(id, "a\"1");
    assert_true(result_line_input_hash(&other, out.bytes, size, &hash, &length));
    assert_int_equal(length, 4);
    assert_true(result_line_is_torn(&other, out.bytes, 20));
    assert_false(result_line_is_torn(result_format_usual(), out.bytes, 20));
    assert_true(result_line_read(&other, RESULT_ANSWER, out.bytes, size, &read));
    assert_int_equal(read.line.tokens.output, 2);
    result_line_free(&read);
    assert_false(result_line_read(result_format_usual(), RESULT_ANSWER, out.bytes, size, &read));
    text_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_them_byte_for_byte),
        cmocka_unit_test(reads_what_it_has_written),
        cmocka_unit_test(keeps_json_as_json),
        cmocka_unit_test(keeps_the_kinds_of_tokens),
        cmocka_unit_test(finds_what_a_line_cost),
        cmocka_unit_test(says_later_that_it_is_unproven),
        cmocka_unit_test(finds_ids),
        cmocka_unit_test(another_format_is_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
