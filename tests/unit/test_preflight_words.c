// What is told of a server's refusal: its own words, and never a key.
#include "plan/preflight_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void words_are_found_and_keys_left_out(void **state) {
    (void)state;
    static const struct {
        const char *body, *words;
    } cases[] = {
        {"{\"error\":{\"message\":\"not here\",\"code\":\"c\"}}", "not here"},
        {"{\"error\":\"not here\"}", "not here"},
        {"{\"message\":\"not here\"}", "not here"},
        {"{\"detail\":\"not here\"}", "not here"},
        {"{\"error\":{\"message\":7}}", ""},
        {"<html>not here</html>", ""},
        {"", ""},
        {"{\"error\":\"no such key: sk-abcdefgh\"}", ""},
        {"{\"error\":\"no such key: ***cdefgh\"}", ""},
        {"{\"error\":\"no such key: ***gh\"}", "no such key: ***gh"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char words[PREFLIGHT_WORDS];
        struct text body = {0};
        text_add_string(&body, cases[i].body);
        preflight_words(&body, "sk-abcdefgh", words);
        assert_string_equal(words, cases[i].words);
        preflight_words(&body, "", words); // none is sent
        text_free(&body);
    }
    char words[PREFLIGHT_WORDS], name[300];
    struct text body = {0};
    memset(name, 'x', sizeof(name));
    text_add_string(&body, "{\"error\":\"");
    text_add(&body, name, sizeof(name));
    text_add_string(&body, "\"}");
    preflight_words(&body, "", words);
    assert_int_equal(strlen(words), PREFLIGHT_WORDS - 1);
    text_free(&body);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(words_are_found_and_keys_left_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
