// JSON text with values replaced: all else stays as it is, byte for byte.
#include "ration/json_edit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void assert_text(struct text *text, const char *expected) {
    text_add(text, "", 1);
    assert_false(text->failed);
    assert_string_equal(text->bytes, expected);
    text_free(text);
}

static void test_set(void **state) {
    (void)state;
    static const struct {
        const char *json, *path, *value, *expected;
    } cases[] = {
        {"{}", "a", "1", "{\"a\":1}"},
        {"{ }", "a", "1", "{ \"a\":1}"},
        {"{\"b\": 1.50 }", "a", "\"x\"", "{\"b\": 1.50 ,\"a\":\"x\"}"},
        {"{\"a\": [1, 2], \"b\":12345678901234567890}", "a", "0", "{\"a\": 0, \"b\":12345678901234567890}"},
        {"{\"a\":{\"b\":1}}", "a.b", "2", "{\"a\":{\"b\":2}}"},
        {"{\"a\":{\"b\":1}}", "a.c.d", "2", "{\"a\":{\"b\":1,\"c\":{\"d\":2}}}"},
        {"{\"a\":null}", "a.b", "2", "{\"a\":{\"b\":2}}"},
        {"{\"a\":[{\"b\":1},{\"b\":2}]}", "a.1.b", "3", "{\"a\":[{\"b\":1},{\"b\":3}]}"},
        {"{\"a\":[1]}", "a.1", "3", "{\"a\":[1,3]}"},
        {"{\"a\":[1]}", "a.b", "3", "{\"a\":{\"b\":3}}"},
        {"{\"a.b\":1,\"a\":{\"b\":2}}", "a\\.b", "3", "{\"a.b\":3,\"a\":{\"b\":2}}"},
        {"{\"\\u0061\":1}", "a", "2", "{\"\\u0061\":2}"},
        {"{\"x\":\"a\\\"}{\",\"a\":\"]\"}", "a", "2", "{\"x\":\"a\\\"}{\",\"a\":2}"},
        {" {\"a\":1} ", "a", "2", "{\"a\":2}"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct text out = {0};
        json_edit_set(&out, cases[i].json, cases[i].path, cases[i].value);
        assert_text(&out, cases[i].expected);
    }
}

static void test_remove(void **state) {
    (void)state;
    static const struct {
        const char *json, *expected;
    } cases[] = {
        {"{}", "{}"},
        {"{\"t\":1}", "{}"},
        {"{\"t\":1,\"t\":2}", "{}"},
        {"{\"a\":1}", "{\"a\":1}"},
        {"{ \"a\" : 1.0 }", "{ \"a\" : 1.0 }"},
        {"{\"t\":1,\"a\":2}", "{\"a\":2}"},
        {"{\"a\":2,\"t\":1}", "{\"a\":2}"},
        {"{\"a\":2, \"t\": [1,{}] , \"b\":3, \"c\":4}", "{\"a\":2,\"b\":3, \"c\":4}"},
        {"{\"t\":1,\"t\":1,\"b\":3,\"t\":1,\"c\":4 ,\"t\":1 }", "{\"b\":3,\"c\":4}"},
        {"{\"\\u0074\":1,\"a\":{\"t\":1}}", "{\"a\":{\"t\":1}}"},
        {" {\"t\":1} ", "{}"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct text out = {0};
        json_edit_remove(&out, cases[i].json, "t");
        assert_text(&out, cases[i].expected);
    }
}

static void test_merge(void **state) {
    (void)state;
    static const struct {
        const char *json, *patch, *expected;
    } cases[] = {
        {"{}", "{}", "{}"},
        {"{}", "{ \"a\" : 1 }", "{\"a\":1}"},
        {"{\"a\":1}", "{}", "{\"a\":1}"},
        {"{\"a\":1,\"b\":2}", "{\"b\":[1],\"c\":null}", "{\"a\":1,\"b\":[1],\"c\":null}"},
        {"{\"a\":{\"x\":1,\"y\":2}}", "{\"a\":{\"y\":3,\"z\":4}}", "{\"a\":{\"x\":1,\"y\":3,\"z\":4}}"},
        {"{\"a\":[1]}", "{\"a\":{\"y\":3}}", "{\"a\":{\"y\":3}}"},
        {"{\"a\":{\"y\":3}}", "{\"a\":1}", "{\"a\":1}"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct text out = {0};
        json_edit_merge(&out, cases[i].json, cases[i].patch);
        assert_text(&out, cases[i].expected);
    }
}

static void test_paths(void **state) {
    (void)state;
    static const char *const good[] = {"a", "a.b", "a\\.b", "0", "a.0.b"};
    static const char *const bad[] = {"", ".", "a.", ".a", "a..b", "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q"};
    char longest[JSON_EDIT_PART + 1];
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(json_edit_path(good[i]));
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(json_edit_path(bad[i]));
    }
    memset(longest, 'x', sizeof(longest));
    longest[JSON_EDIT_PART] = '\0';
    assert_false(json_edit_path(longest));
    longest[JSON_EDIT_PART - 1] = '\0';
    assert_true(json_edit_path(longest));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_set), cmocka_unit_test(test_merge),
                                       cmocka_unit_test(test_remove), cmocka_unit_test(test_paths)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
