// A body as JSON with places for columns.
#include "ration/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define FIELD(literal) \
    { .text = (literal), .length = sizeof(literal) - 1 }

static const char *const columns[] = {"id", "Name", "tools", "say \"hi\"", "none", "n"};
static const struct record_field fields[] = {
    FIELD("7"), FIELD("A \"B\"\n{{id}}"), FIELD("[1, {\"a\":2}]"), FIELD("hi"), FIELD(""), FIELD("1.50")};
static const enum record_kind kinds[] = {RECORD_TEXT, RECORD_TEXT, RECORD_JSON,
                                         RECORD_TEXT, RECORD_NULL, RECORD_NUMBER};

static struct record record_of(bool jsonl) {
    return (struct record){.id = fields[0],
                           .columns = sizeof(columns) / sizeof(columns[0]),
                           .column = columns,
                           .field = fields,
                           .kind = jsonl ? kinds : NULL};
}

static void assert_filled(const char *json, bool jsonl, const char *expected) {
    struct form_problem problem;
    struct record record = record_of(jsonl);
    struct text out = {0};
    struct form *form = form_new(json, &problem);
    assert_non_null(form);
    if (form_fill(form, &record, &out, &problem) != 0) {
        assert_string_equal(problem.text, expected);
    } else {
        text_add(&out, "", 1);
        assert_string_equal(out.bytes, expected);
    }
    text_free(&out);
    form_free(form);
}

static void test_fills(void **state) {
    (void)state;
    assert_filled("{}", false, "{}");
    assert_filled("{\"a\": \"x {{ id }}y\"}", false, "{\"a\": \"x 7y\"}");
    // what a column holds is escaped, and never read as a place again
    assert_filled("{\"a\":\"{{Name}}\"}", false, "{\"a\":\"A \\\"B\\\"\\n{{id}}\"}");
    assert_filled("{\"a\":\"{{NAME}}\"}", false, "{\"a\":\"A \\\"B\\\"\\n{{id}}\"}");
    assert_filled("{\"a\":\"{{absent}}|{{none}}\"}", true, "{\"a\":\"|\"}");
    assert_filled("{\"{{id}}\":1}", false, "{\"7\":1}");
    assert_filled("{\"a\":\"{{say \\\"hi\\\"}}\"}", false, "{\"a\":\"hi\"}");
    assert_filled("{\"a\":\"{{{{id}} {{{{\"}", false, "{\"a\":\"{{id}} {{\"}");
    assert_filled("{\"a\":{\"b\":{}}}", false, "{\"a\":{\"b\":{}}}"); // braces that stand in no string
}

static void test_values(void **state) {
    (void)state;
    assert_filled("{\"a\":\"{{json:tools}}\"}", false, "{\"a\":[1, {\"a\":2}]}");
    assert_filled("{\"a\":\" {{ json:tools }} \"}", true, "{\"a\":[1, {\"a\":2}]}");
    assert_filled("{\"a\":\"{{json:n}}\"}", true, "{\"a\":1.50}");
    assert_filled("{\"a\":\"{{json:id}}\"}", true, "{\"a\":\"7\"}"); // a text of JSONL is one
    assert_filled("{\"a\":\"{{json:id}}\"}", false, "{\"a\":7}");    // of CSV it is what it says
    assert_filled("{\"a\":\"{{json:none}}\",\"b\":\"{{json:absent}}\"}", true, "{\"a\":null,\"b\":null}");
    assert_filled("{\"a\":\"{{json:none}}\"}", false, "{\"a\":null}");
    assert_filled("{\"a\":\"x{{json:tools}}\"}", false, "{\"a\":\"x[1, {\\\"a\\\":2}]\"}"); // inside a text
    assert_filled("{\"a\":\"{{json:Name}}\"}", false,
                  "column 'Name' holds no JSON, as {{json:Name}} needs it; mend it");
}

static void test_problems(void **state) {
    (void)state;
    struct form_problem problem;
    assert_null(form_new("{\"a\":\"b\",\n\"c\":\"{{id\"}", &problem));
    assert_int_equal(problem.at, 15);
    assert_non_null(strstr(problem.text, "not closed"));
    assert_null(form_new("{\"a\":\"{{\\ud83d}}\\ude00\"}", &problem)); // half a character
    assert_non_null(strstr(problem.text, "no name of a column"));
    struct form *form = form_new("{\"a\":\"{{id}} {{nme}}\"}", &problem);
    assert_int_equal(form_check(form, 6, columns, &problem), -1);
    assert_non_null(strstr(problem.text, "no column 'nme'"));
    assert_true(form_names(form, "id"));
    assert_false(form_names(form, "Name"));
    assert_false(form_has_json(form));
    form_free(form);
}

static void test_literals(void **state) {
    (void)state;
    static const char *const texts[] = {"a", "{{id}}", "{{{{", "{{{", "\"\n", "}} {"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct text json = {0}, expected = {0};
        text_add_string(&json, "{\"a\":\"");
        form_add_literal(&json, texts[i], strlen(texts[i]));
        text_add_string(&json, "\"}");
        text_add(&json, "", 1);
        text_add_string(&expected, "{\"a\":");
        text_add_json_string(&expected, texts[i]);
        text_add(&expected, "}", 2);
        assert_filled(json.bytes, false, expected.bytes);
        text_free(&json);
        text_free(&expected);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fills),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_problems),
        cmocka_unit_test(test_literals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
