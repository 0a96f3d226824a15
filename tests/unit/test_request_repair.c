#include "ration/request_repair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MORE                                                                                           \
    "{\"role\":\"assistant\",\"content\":\"{\\\"a\\\"\"},"                                             \
    "{\"role\":\"user\",\"content\":\"Your answer cannot be used: it is \\\"wrong\\\". Answer again, " \
    "with the whole corrected JSON and nothing else.\"}"

static const struct {
    enum provider_shape shape;
    const char *body;
    const char *repaired; // NULL: it cannot be done
} cases[] = {
    {PROVIDER_CHAT,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x]\"}],\"seed\":12345678901234567890}",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x]\"}," MORE
     "],\"seed\":12345678901234567890}"},
    {PROVIDER_MESSAGES, "{\"messages\":[]}", "{\"messages\":[" MORE "]}"},
    {PROVIDER_RESPONSES, "{\"input\":\"a \\\"b\\\"\",\"n\":1}",
     "{\"input\":[{\"role\":\"user\",\"content\":\"a \\\"b\\\"\"}," MORE "],\"n\":1}"},
    {PROVIDER_RESPONSES, "{\"input\":[ 1 ]}", "{\"input\":[ 1 ," MORE "]}"},
    {PROVIDER_RESPONSES, "{\"prompt\":{\"id\":\"p\"}}", "{\"prompt\":{\"id\":\"p\"},\"input\":[" MORE "]}"},
    {PROVIDER_RESPONSES, "{\"model\":\"m\"}", NULL},
    {PROVIDER_RESPONSES, "{\"input\":{}}", NULL},
    {PROVIDER_CHAT, "{\"messages\":\"x\"}", NULL},
    {PROVIDER_CHAT, "{\"prompt\":\"x\"}", NULL},
    {PROVIDER_CHAT, "[]", NULL},
    {PROVIDER_CHAT, "{", NULL},
};

static void adds_two_messages(void **state) {
    (void)state;
    const struct request_repair repair = {"{\"a\"", 4, "it is \"wrong\"", true};
    struct text body = {0}, repaired = {0};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text_clear(&body);
        text_add_string(&body, cases[i].body);
        bool made = request_repair_make(cases[i].shape, &body, &repair, &repaired);
        assert_int_equal(made, cases[i].repaired != NULL);
        if (made) {
            text_add(&repaired, "", 1);
            assert_false(repaired.failed);
            assert_string_equal(repaired.bytes, cases[i].repaired);
        }
    }
    text_free(&body);
    text_free(&repaired);
}

static void leaves_out_what_is_too_long(void **state) {
    (void)state;
    static char answer[REQUEST_REPAIR_MOST + 1];
    memset(answer, 'a', sizeof(answer));
    struct text body = {0}, repaired = {0};
    text_add_string(&body, "{\"messages\":[]}");
    const struct request_repair longest = {answer, REQUEST_REPAIR_MOST, "w", false};
    assert_true(request_repair_make(PROVIDER_CHAT, &body, &longest, &repaired));
    assert_true(repaired.length > REQUEST_REPAIR_MOST);
    const struct request_repair longer = {answer, REQUEST_REPAIR_MOST + 1, "w", false};
    assert_false(request_repair_make(PROVIDER_CHAT, &body, &longer, &repaired));
    text_free(&body);
    text_free(&repaired);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_two_messages),
        cmocka_unit_test(leaves_out_what_is_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
