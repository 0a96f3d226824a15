// Whether a body can be sent, and its answer read.
#include "input/request_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void test_bodies(void **state) {
    (void)state;
    static const struct {
        enum provider_shape shape;
        const char *body, *says; // NULL: it is in order
    } cases[] = {
        {PROVIDER_RESPONSES, "{\"model\":\"m\",\"input\":\"x\"}", NULL},
        {PROVIDER_RESPONSES, "{\"prompt\":{\"id\":\"p\"}}", NULL},
        {PROVIDER_RESPONSES, "{\"model\":\"m\"}", "neither \"input\" nor \"prompt\""},
        {PROVIDER_RESPONSES, "{\"input\":\"x\"}", "names no model"},
        {PROVIDER_RESPONSES, "{\"model\":\"\",\"input\":\"x\"}", "names no model"},
        {PROVIDER_RESPONSES, "{\"model\":\"m\",\"input\":null}", "neither \"input\" nor \"prompt\""},
        {PROVIDER_RESPONSES, "{\"model\":\"m\",\"input\":\"x\",\"background\":true}", "in the background"},
        {PROVIDER_RESPONSES, "{\"model\":\"m\",\"input\":\"x\",\"background\":false,\"n\":1}", NULL},
        {PROVIDER_CHAT, "{\"model\":\"m\",\"messages\":[{}]}", NULL},
        {PROVIDER_CHAT, "{\"model\":\"m\",\"messages\":[]}", "no \"messages\""},
        {PROVIDER_CHAT, "{\"model\":\"m\",\"messages\":[{}],\"n\":2}", "several answers"},
        {PROVIDER_MESSAGES, "{\"model\":\"m\",\"messages\":[{}],\"max_tokens\":1}", NULL},
        {PROVIDER_MESSAGES, "{\"model\":\"m\",\"messages\":[{}]}", "no \"max_tokens\""},
        {PROVIDER_OPAQUE, "{}", NULL},
        {PROVIDER_OPAQUE, "[]", "not one valid JSON object"},
        {PROVIDER_OPAQUE, "{\"a\":1", "not one valid JSON object"},
        {PROVIDER_OPAQUE, "{} {}", "not one valid JSON object"},
        {PROVIDER_OPAQUE, "{\"seed\":007}", "not one valid JSON object"},
        {PROVIDER_OPAQUE, "{\"a\":1.}", "not one valid JSON object"},
        {PROVIDER_OPAQUE, "{\"a\":\"x\ny\"}", "not one valid JSON object"},
        {PROVIDER_OPAQUE, "{\"a\":[{\"b\":1,\"c\":2,\"\\u0062\":3}]}", "two members of one name"},
        {PROVIDER_OPAQUE, "{\"a\":{\"a\":1},\"A\":2}", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *said = request_check_body(cases[i].shape, cases[i].body, strlen(cases[i].body));
        bool right =
            cases[i].says == NULL ? said == NULL : said != NULL && strstr(said, cases[i].says) != NULL;
        if (!right) {
            fail_msg("%zu: %s: \"%s\"", i, cases[i].body, said != NULL ? said : "nothing");
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bodies)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
