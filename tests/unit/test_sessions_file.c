#include "config/sessions_file.h"
#include "config/sessions_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct sessions_file nothing;

static void assert_read(const char *text, struct sessions_file *file) {
    char problem[SESSIONS_FILE_PROBLEM_SIZE];
    size_t length = strlen(text);
    char *bytes = malloc(length); // without a terminator
    assert_non_null(bytes);
    memcpy(bytes, text, length);
    if (sessions_file_parse(bytes, length, file, problem) != 0) {
        fail_msg("%s", problem);
    }
    free(bytes);
}

static void assert_refused_bytes(const char *text, size_t length, const char *says) {
    struct sessions_file file;
    char problem[SESSIONS_FILE_PROBLEM_SIZE] = "";
    memset(&file, 0x55, sizeof(file));
    assert_int_equal(sessions_file_parse(text, length, &file, problem), -1);
    if (strstr(problem, says) == NULL) {
        fail_msg("%s\nis told as: %s", text, problem);
    }
    assert_null(strstr(problem, "sk-"));
    assert_memory_equal(&file, &nothing, sizeof(file));
}

static void assert_refused(const char *text, const char *says) {
    assert_refused_bytes(text, strlen(text), says);
}

static void reads_all_that_a_session_may_have(void **state) {
    (void)state;
    struct sessions_file file;
    assert_read(
        " {\"sessions\" : [\n"
        "  {\"name\": \"a\", \"key\": \" sk-1\\n\", \"base_url\": \"https://x/v1\",\n"
        "   \"requests_per_minute\": 500, \"tokens_per_minute\": 1e6, \"input_tokens_per_minute\": 3,\n"
        "   \"output_tokens_per_minute\": 4, \"requests_per_day\": 1000000000,\n"
        "   \"tokens_per_day\": 1000000000000, \"burst\": 1, \"tier\": \"gold\"},\n"
        "\n"
        "  {\"key_env\": \"K\"}, {\"name\": \"Z-_.9\", \"key_file\": \"/k {[\\\"\"}\n"
        ",{}]}\r\n\t ",
        &file);
    assert_int_equal(file.count, 4);
    const struct sessions_file_entry *entry = &file.entry[0];
    assert_string_equal(entry->name, "a");
    assert_int_equal(entry->line, 2);
    assert_string_equal(entry->key.text, "sk-1");
    assert_null(entry->key_env);
    assert_null(entry->key_file);
    assert_string_equal(entry->base_url, "https://x/v1");
    assert_string_equal(entry->tier, "gold");
    assert_int_equal(entry->limits.of[LIMITS_REQUESTS_MINUTE], 500);
    assert_int_equal(entry->limits.of[LIMITS_TOKENS_MINUTE], 1000000);
    assert_int_equal(entry->limits.of[LIMITS_INPUT_TOKENS_MINUTE], 3);
    assert_int_equal(entry->limits.of[LIMITS_OUTPUT_TOKENS_MINUTE], 4);
    assert_int_equal(entry->limits.of[LIMITS_REQUESTS_DAY], 1000000000);
    assert_int_equal(entry->limits.of[LIMITS_TOKENS_DAY], 1000000000000);
    assert_int_equal(entry->burst, 1);
    assert_string_equal(file.entry[1].name, "session-2");
    assert_int_equal(file.entry[1].line, 7);
    assert_string_equal(file.entry[1].key_env, "K");
    assert_string_equal(file.entry[1].key.text, "");
    assert_int_equal(file.entry[1].burst, 0);
    assert_string_equal(file.entry[2].name, "Z-_.9");
    assert_string_equal(file.entry[2].key_file, "/k {[\"");
    assert_int_equal(file.entry[2].line, 7);
    assert_int_equal(file.entry[3].line, 8);
    assert_true(sessions_file_holds_keys(&file));
    sessions_file_free(&file);
    assert_memory_equal(&file, &nothing, sizeof(file));
}

static void knows_whether_keys_stand_in_it(void **state) {
    (void)state;
    struct sessions_file file;
    assert_read("{\"sessions\":[{\"key_env\":\"A\"},{\"key_file\":\"b\"},{}]}", &file);
    assert_false(sessions_file_holds_keys(&file));
    sessions_file_free(&file);
    assert_read("{\"sessions\":[{\"key_env\":\"A\"},{\"key\":\"sk-1\"}]}", &file);
    assert_true(sessions_file_holds_keys(&file));
    sessions_file_free(&file);
}

static void tells_the_line_of_what_is_no_json(void **state) {
    (void)state;
    assert_refused("", "line 1: is not JSON");
    assert_refused("{\"sessions\":[{\"key\":\"sk-1\"}]", "is not JSON");
    assert_refused("{\"sessions\":[\n{\"key\":\"sk-1\"}\n{\"key\":\"sk-2\"}]}", "line 3: is not JSON");
    assert_refused("{\"sessions\":[{\"key\":\"sk-1\"}]}\n\nx", "line 3: is not JSON");
    assert_refused("{\"sessions\":[{\"key\":\"sk-1\"}]}{}", "line 1: is not JSON");
    assert_refused("{\"sessions\":[\n{\"key\":\"sk-1\\u0000x\"}]}", "line 2: is not JSON");
    assert_refused("{\"sessions\":[\n\n{\"key\":\"sk-\xff\"}]}", "line 3: is not JSON");
    assert_refused("{\"sessions\":[{\"key\":\"sk-1\\x\"}]}", "line 1: is not JSON");
    assert_refused_bytes("{\"sessions\":[{\"key\":\"sk-1\"}]}\0", 31, "line 1: is not JSON");
    static const char text[] = "{\"sessions\":[{\"name\":\"a\",\"key\":\"sk-1\",\"burst\":10}]}";
    for (size_t length = 0; length < sizeof(text) - 1; length++) {
        assert_refused_bytes(text, length, "line 1: is not JSON");
    }
}

static void refuses_another_shape(void **state) {
    (void)state;
    static const char must[] = "must be {\"sessions\": [";
    assert_refused("[]", must);
    assert_refused("null", must);
    assert_refused("\"sk-1\"", must);
    assert_refused("{}", must);
    assert_refused("{\"sessions\":{}}", must);
    assert_refused("{\"sessions\":[{\"key\":\"sk-1\"}],\"x\":1}", must);
    assert_refused("{\"sessions\":[{\"key\":\"sk-1\"}],\"sessions\":[]}", must);
    assert_refused("{\"Sessions\":[{\"key\":\"sk-1\"}]}", must);
    assert_refused("{\"sessions\":[]}", "holds 0 sessions; it must be 1 to 16");
    assert_refused("{\"sessions\":[{\"key\":\"sk-1\"},\"sk-2\"]}", "session 2 is not an object");
}

static void holds_sixteen_at_most(void **state) {
    (void)state;
    char text[BOUNDS_SESSIONS * 40 + 100];
    struct sessions_file file;
    for (int count = BOUNDS_SESSIONS; count <= BOUNDS_SESSIONS + 1; count++) {
        int n = snprintf(text, sizeof(text), "{\"sessions\":[");
        for (int i = 0; i < count; i++) {
            n += snprintf(text + n, sizeof(text) - (size_t)n, "%s\n{\"key\":\"sk-%d\"}", i > 0 ? "," : "", i);
        }
        (void)snprintf(text + n, sizeof(text) - (size_t)n, "]}");
        if (count > BOUNDS_SESSIONS) {
            assert_refused(text, "holds 17 sessions; it must be 1 to 16");
            continue;
        }
        assert_read(text, &file);
        assert_int_equal(file.count, BOUNDS_SESSIONS);
        assert_string_equal(file.entry[15].name, "session-16");
        assert_int_equal(file.entry[15].line, 17);
        sessions_file_free(&file);
    }
}

// Each as the one member of a second session.
static void assert_member_refused(const char *member, const char *says) {
    char text[256];
    (void)snprintf(text, sizeof(text), "{\"sessions\":[{\"key\":\"sk-1\"},\n{\"name\":\"b\",%s}]}", member);
    assert_refused(text, says);
}

static void refuses_what_is_no_such_member(void **state) {
    (void)state;
    static const char *const limits[] = {
        "requests_per_minute",     "tokens_per_minute",       "burst",
        "requests_per_day",        "input_tokens_per_minute", "tokens_per_day",
        "output_tokens_per_minute"};
    static const char *const bad[] = {"-1",   "0",   "1.5", "\"5\"", "null", "[]", "1000000000001",
                                      "1e99", "true"};
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++) {
            char member[64], says[128];
            (void)snprintf(member, sizeof(member), "\"%s\":%s", limits[i], bad[k]);
            (void)snprintf(says, sizeof(says),
                           "line 2: session 2 (b): \"%s\" is not a whole number from 1 to", limits[i]);
            assert_member_refused(member, says);
        }
    }
    assert_member_refused("\"burst\":1000000001", "from 1 to 1000000000");
    assert_member_refused("\"priority\":1",
                          "line 2: session 2 (b): \"priority\" is nothing that a session has");
    assert_member_refused("\"sk-live-1\":1", "\"…\" is nothing that a session has"); // a key in a wrong place
    assert_member_refused("\"Key\":\"sk-2\"", "\"…\" is nothing");
    assert_member_refused("\"key\":7", "\"key\" is not one key of printable characters");
    assert_member_refused("\"key\":\"sk-2 sk-3\"", "\"key\" is not one key");
    assert_member_refused("\"key\":\"\"", "\"key\" is not one key");
    assert_member_refused("\"key_env\":\"\"", "\"key_env\" is not a text that is not empty");
    assert_member_refused("\"base_url\":[]", "\"base_url\" is not a text");
    assert_member_refused("\"tier\":1", "\"tier\" is not a text");
    assert_member_refused("\"tier\":\"x\",\"tier\":\"y\"", "\"tier\" stands twice");
    assert_member_refused("\"key\":\"sk-2\",\"key\":\"sk-2\"", "\"key\" stands twice");
    assert_member_refused("\"key\":\"sk-2\",\"key_env\":\"X\"", "one of them only");
    assert_member_refused("\"key_file\":\"f\",\"key_env\":\"X\"", "one of them only");
}

static void names_are_short_plain_and_different(void **state) {
    (void)state;
    struct sessions_file file;
    assert_read("{\"sessions\":[{\"name\":\"abcdefghijklmnopqrstuvwxyz01234\"}]}", &file);
    assert_int_equal(strlen(file.entry[0].name), 31);
    sessions_file_free(&file);
    static const char *const bad[] = {
        "\"\"", "\"a b\"", "\"\\n\"", "\"\xc3\xa9\"", "1", "null", "\"abcdefghijklmnopqrstuvwxyz012345\""};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char text[128];
        (void)snprintf(text, sizeof(text), "{\"sessions\":[{\"name\":%s}]}", bad[i]);
        assert_refused(text, "line 1: session 1: \"name\" is not 1 to 31 letters");
    }
    assert_refused("{\"sessions\":[{\"name\":\"a\"},\n{\"name\":\"a\"}]}",
                   "line 2: session 2 (a): \"name\" is another session's already");
    assert_refused("{\"sessions\":[{\"name\":\"session-2\"},\n{}]}",
                   "line 2: session 2 (session-2): \"name\"");
}

static void finds_lines_of_sessions(void **state) {
    (void)state;
    static const char text[] = "\n{\"a\\\"{[\n\":[{\"x\":{},\"y\":[{}]},\n\n{\"z\":\"}]\\\\\"}\n,{}]}";
    size_t length = sizeof(text) - 1;
    assert_int_equal(sessions_json_line(text, length, 0), 3);
    assert_int_equal(sessions_json_line(text, length, 1), 5);
    assert_int_equal(sessions_json_line(text, length, 2), 6);
    assert_int_equal(sessions_json_line(text, length, 3), 6); // there is none: the end
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_all_that_a_session_may_have),
        cmocka_unit_test(knows_whether_keys_stand_in_it),
        cmocka_unit_test(tells_the_line_of_what_is_no_json),
        cmocka_unit_test(refuses_another_shape),
        cmocka_unit_test(holds_sixteen_at_most),
        cmocka_unit_test(refuses_what_is_no_such_member),
        cmocka_unit_test(names_are_short_plain_and_different),
        cmocka_unit_test(finds_lines_of_sessions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
