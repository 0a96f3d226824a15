#include "ration/json_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

// The characters are escaped, and who parses it finds them.
static void escapes_what_steers(void **state) {
    (void)state;
    static const struct {
        const char *value, *text;
    } row[] = {
        {"plain \xc3\xa9 \xf0\x9f\x8e\xa8", "{\"a\":\"plain \xc3\xa9 \xf0\x9f\x8e\xa8\"}"},
        {"\x1b[2J\n", "{\"a\":\"\\u001b[2J\\n\"}"},
        {"\x7f\xc2\x9b", "{\"a\":\"\\u007f\\u009b\"}"},
        {"\xe2\x80\xa8\xe2\x80\xae\"\\", "{\"a\":\"\\u2028\\u202e\\\"\\\\\"}"},
        {"\xef\xbb\xbf\xd8\x9c", "{\"a\":\"\\ufeff\\u061c\"}"},
    };
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        cJSON *object = cJSON_CreateObject();
        assert_non_null(cJSON_AddStringToObject(object, "a", row[i].value));
        char *text = json_text(object);
        assert_string_equal(text, row[i].text);
        cJSON *again = cJSON_Parse(text);
        assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(again, "a")), row[i].value);
        cJSON_Delete(again);
        cJSON_free(text);
        cJSON_Delete(object);
    }
}

static void escapes_names_as_well(void **state) {
    (void)state;
    cJSON *object = cJSON_CreateObject();
    assert_non_null(cJSON_AddNumberToObject(object, "\xc2\x85", 1));
    char *text = json_text(object);
    assert_string_equal(text, "{\"\\u0085\":1}");
    cJSON_free(text);
    cJSON_Delete(object);
    assert_null(json_text(NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_what_steers),
        cmocka_unit_test(escapes_names_as_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
