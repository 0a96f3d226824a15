// How the lines of any table begin, in each format, and that they are read again.
#include "ration/result_line.h"
#include "ration/row_head.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static char sku[] = "sku", title[] = "title", artist_name[] = "artist_name", price[] = "PRICE",
            price_low[] = "price", absent[] = "absent";
static char odd[] = "a \"b\"";
static const char *const columns[] = {"sku", "title", "price", "metadata"};
static const struct record_field fields[] = {{"A\"1", 3}, {"Chair", 5}, {"1.50", 4}, {"{\"row\": 1}", 10}};
static const enum record_kind kinds[] = {RECORD_TEXT, RECORD_TEXT, RECORD_NUMBER, RECORD_JSON};

static const struct result_line line = {
    .response = {"{\"status_code\":200,\"request_id\":\"r\",\"body\":{\"a\":1}}", 51},
    .body = {"{\"a\":1}", 7},
    .text = {"Text", 4},
    .input_hash = "0123456789abcdef0123456789abcdef",
    .created = "then",
    .model = "m",
    .class = "refused",
    .message = "No \"x\".",
    .code = "c",
    .status = 400,
    .attempts = 1,
};

// The line that these settings make of the row, up to its first field; what is read of it is what was
// written.
static void expect_line(const struct settings *settings, enum result_kind kind, const char *beginning) {
    const struct record record = {
        .id = fields[0], .name = fields[1], .columns = 4, .column = columns, .field = fields, .kind = kinds};
    struct text head = {0}, out = {0}, body = {0};
    struct result_read read;
    char id[RESULT_LINE_ID_SIZE];
    size_t length;
    struct result_format *format = row_head_format(settings);
    assert_non_null(format);
    text_add_string(&body, "{\"q\":1}");
    row_head_make(&head, format, settings, &record, &body);
    result_line_add(&out, format, kind, &head, &line);
    assert_false(out.failed);
    assert_int_equal(out.bytes[out.length - 1], '\n');
    if (strncmp(out.bytes, beginning, strlen(beginning)) != 0) {
        text_add(&out, "", 1);
        assert_string_equal(out.bytes, beginning);
    }
    assert_true(result_line_id(format, out.bytes, out.length - 1, id, &length));
    assert_string_equal(id, "A\"1");
    assert_true(result_line_read(format, kind, out.bytes, out.length - 1, &read));
    assert_string_equal(read.id, "A\"1");
    assert_string_equal(kind == RESULT_ANSWER ? read.line.input_hash : read.line.class,
                        kind == RESULT_ANSWER ? line.input_hash : line.class);
    result_line_free(&read);
    const char *hash;
    assert_int_equal(result_line_input_hash(format, out.bytes, out.length - 1, &hash, &length),
                     kind == RESULT_ANSWER);
    for (size_t cut = 1; cut < out.length - 1; cut++) {
        assert_true(result_line_is_torn(format, out.bytes, cut));
    }
    struct text later = {0};
    result_line_add_unproven(&later, format, &out);
    if (kind == RESULT_ERROR) {
        assert_true(result_line_read(format, kind, later.bytes, later.length - 1, &read));
        assert_true(read.line.unproven);
        result_line_free(&read);
    }
    text_free(&later);
    text_free(&head);
    text_free(&out);
    text_free(&body);
    result_format_free(format);
}

static void test_lines(void **state) {
    (void)state;
    const struct settings artist = {.name_key = artist_name};
    const struct settings table = {
        .id_key = sku, .name_key = title, .kept = 4, .keep = {price, absent, price, price_low}};
    const struct settings all = {.id_key = odd, .keep_all = true};
    const struct settings batch = {.id_key = sku, .output_format = SETTINGS_OUTPUT_BATCH};
    const struct settings cookbook = {.output_format = SETTINGS_OUTPUT_COOKBOOK,
                                      .rows = SETTINGS_ROWS_BODIES};
    const struct settings no_metadata = {.output_format = SETTINGS_OUTPUT_COOKBOOK};
    expect_line(&artist, RESULT_ANSWER,
                "{\"artist_id\":\"A\\\"1\",\"artist_name\":\"Chair\",\"response_text\":\"Text\"");
    expect_line(&table, RESULT_ANSWER,
                "{\"sku\":\"A\\\"1\",\"title\":\"Chair\",\"input\":{\"price\":1.50},\"response_text\"");
    expect_line(&table, RESULT_ERROR,
                "{\"sku\":\"A\\\"1\",\"title\":\"Chair\",\"input\":{\"price\":1.50},\"class\"");
    expect_line(
        &all, RESULT_ANSWER,
        "{\"a \\\"b\\\"\":\"A\\\"1\",\"input\":{\"sku\":\"A\\\"1\",\"title\":\"Chair\",\"price\":1.50,"
        "\"metadata\":{\"row\": 1}},\"response_text\"");
    expect_line(&batch, RESULT_ANSWER,
                "{\"custom_id\":\"A\\\"1\",\"id\":\"0123456789abcdef0123456789abcdef\",\"response\":{"
                "\"status_code\":200,"
                "\"request_id\":\"r\",\"body\":{\"a\":1}},\"error\":null,");
    expect_line(&batch, RESULT_ERROR,
                "{\"custom_id\":\"A\\\"1\",\"id\":\"0123456789abcdef0123456789abcdef\",\"response\":{"
                "\"status_code\":200,"
                "\"request_id\":\"r\",\"body\":{\"a\":1}},\"error\":{\"code\":\"c\",\"message\":\"No "
                "\\\"x\\\".\"},\"class\":");
    expect_line(&cookbook, RESULT_ANSWER,
                "[{\"q\":1},{\"a\":1},{\"row\": 1,\"ration\":{\"id\":\"A\\\"1\",\"model\":\"m\",");
    expect_line(
        &no_metadata, RESULT_ERROR,
        "[{\"q\":1},[\"refused: No \\\"x\\\".\"],{\"ration\":{\"id\":\"A\\\"1\",\"class\":\"refused\",");
}

// What is kept may be called as the id is, or as the hash is: the line is the row's own all the same.
static void test_kept_as_the_line_begins(void **state) {
    (void)state;
    static const char *const own[] = {"id", "a", "input_hash"};
    static const struct record_field field[] = {
        {"9", 1}, {"{\"id\":\"8\",\"input_hash\":\"no\",\"input_hash\":\"no\"}", 46}, {"no", 2}};
    static const enum record_kind kind[] = {RECORD_TEXT, RECORD_JSON, RECORD_TEXT};
    static char id_key[] = "id";
    const struct settings settings = {.id_key = id_key, .keep_all = true};
    const struct record record = {.id = {"7", 1}, .columns = 3, .column = own, .field = field, .kind = kind};
    struct result_line other = line;
    struct text head = {0}, out = {0};
    char id[RESULT_LINE_ID_SIZE];
    const char *hash;
    size_t length;
    struct result_format *format = row_head_format(&settings);
    assert_non_null(format);
    row_head_make(&head, format, &settings, &record, NULL);
    static const char *const hashes[] = {"0123456789abcdef0123456789abcdef", "an unusual one"};
    for (size_t i = 0; i < 2; i++) {
        text_clear(&out);
        other.input_hash = hashes[i];
        result_line_add(&out, format, RESULT_ANSWER, &head, &other);
        assert_true(result_line_id(format, out.bytes, out.length - 1, id, &length));
        assert_string_equal(id, "7");
        assert_true(result_line_input_hash(format, out.bytes, out.length - 1, &hash, &length));
        assert_int_equal(length, strlen(hashes[i]));
        assert_memory_equal(hash, hashes[i], length);
    }
    text_free(&head);
    text_free(&out);
    result_format_free(format);
}

static void test_keys_that_are_taken(void **state) {
    (void)state;
    static const char *const taken[] = {"model", "usage", "class", "input", "response_text", "input_hash"};
    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
        errno = 0;
        assert_null(result_format_keyed(result_format_usual(), taken[i], NULL));
        assert_int_equal(errno, EINVAL);
        assert_null(result_format_keyed(result_format_usual(), "sku", taken[i]));
    }
    assert_null(result_format_keyed(result_format_usual(), "sku", "sku"));
    struct result_format *format = result_format_keyed(result_format_usual(), "input_tokens ", NULL);
    assert_non_null(format);
    result_format_free(format);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines),
                                       cmocka_unit_test(test_kept_as_the_line_begins),
                                       cmocka_unit_test(test_keys_that_are_taken)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
