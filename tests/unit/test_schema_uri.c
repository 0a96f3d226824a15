// The examples of RFC 3986, section 5.4, and what they leave out.
#include "schema/schema_uri.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *base, *reference, *resolved;
} cases[] = {
    {"http://a/b/c/d;p?q", "g:h", "g:h"},
    {"http://a/b/c/d;p?q", "g", "http://a/b/c/g"},
    {"http://a/b/c/d;p?q", "./g", "http://a/b/c/g"},
    {"http://a/b/c/d;p?q", "g/", "http://a/b/c/g/"},
    {"http://a/b/c/d;p?q", "/g", "http://a/g"},
    {"http://a/b/c/d;p?q", "//g", "http://g"},
    {"http://a/b/c/d;p?q", "?y", "http://a/b/c/d;p?y"},
    {"http://a/b/c/d;p?q", "g?y", "http://a/b/c/g?y"},
    {"http://a/b/c/d;p?q", "#s", "http://a/b/c/d;p?q"}, // fragments are not kept
    {"http://a/b/c/d;p?q", "g?y#s", "http://a/b/c/g?y"},
    {"http://a/b/c/d;p?q", ";x", "http://a/b/c/;x"},
    {"http://a/b/c/d;p?q", "", "http://a/b/c/d;p?q"},
    {"http://a/b/c/d;p?q", ".", "http://a/b/c/"},
    {"http://a/b/c/d;p?q", "./", "http://a/b/c/"},
    {"http://a/b/c/d;p?q", "..", "http://a/b/"},
    {"http://a/b/c/d;p?q", "../g", "http://a/b/g"},
    {"http://a/b/c/d;p?q", "../..", "http://a/"},
    {"http://a/b/c/d;p?q", "../../g", "http://a/g"},
    {"http://a/b/c/d;p?q", "../../../g", "http://a/g"},
    {"http://a/b/c/d;p?q", "/../g", "http://a/g"},
    {"http://a/b/c/d;p?q", "g..", "http://a/b/c/g.."},
    {"http://a/b/c/d;p?q", "./../g", "http://a/b/g"},
    {"http://a/b/c/d;p?q", "g/./h", "http://a/b/c/g/h"},
    {"http://a/b/c/d;p?q", "g/../h", "http://a/b/c/h"},
    {"http://a/b/c/d;p?q", "g?y/../x", "http://a/b/c/g?y/../x"},
    {"http://a", "b", "http://a/b"},
    {"", "", ""},
    {"", "a/b", "a/b"},
    {"a/b", "c", "a/c"},
    {"urn:uuid:1", "", "urn:uuid:1"},
    {"urn:uuid:1", "urn:uuid:2#x", "urn:uuid:2"},
    {"file:///a/b.json", "c.json", "file:///a/c.json"},
};

static void resolves_them(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct schema_uri base = {.length = strlen(cases[i].base)};
        memcpy(base.text, cases[i].base, base.length);
        struct schema_uri out;
        assert_true(schema_uri_resolve(&base, cases[i].reference, strlen(cases[i].reference), &out));
        if (out.length != strlen(cases[i].resolved) || memcmp(out.text, cases[i].resolved, out.length) != 0) {
            fail_msg("%s on %s: %.*s", cases[i].reference, cases[i].base, (int)out.length, out.text);
        }
    }
}

static void refuses_what_is_too_long(void **state) {
    (void)state;
    static char longest[SCHEMA_URI_SIZE + 1];
    memset(longest, 'a', sizeof(longest));
    struct schema_uri uri = {.length = 0};
    assert_true(schema_uri_resolve(&uri, longest, SCHEMA_URI_SIZE, &uri));
    assert_int_equal(uri.length, SCHEMA_URI_SIZE);
    assert_true(schema_uri_resolve(&uri, "b", 1, &uri));
    assert_false(schema_uri_resolve(&uri, longest, sizeof(longest), &uri));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(resolves_them),
                                       cmocka_unit_test(refuses_what_is_too_long)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
