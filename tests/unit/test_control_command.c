#include "control/control_command.h"

#include "ration/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void what_is_encoded_is_decoded(void **state) {
    (void)state;
    char text[CONTROL_COMMAND_MOST];
    const char *wrong;
    for (int verb = 0; verb < CONTROL_VERBS; verb++) {
        struct control_command command = {.verb = (enum control_verb)verb};
        struct control_command decoded;
        enum control_verb found;
        for (uint32_t number = 1; number <= BOUNDS_SLOTS; number++) {
            command.number = control_command_takes_number(command.verb) ? number : 0;
            size_t length = control_command_encode(&command, text, sizeof(text));
            assert_true(length > 0 && text[length - 1] == '\n');
            assert_int_equal(control_command_decode(text, length, &decoded, &wrong), 0);
            assert_int_equal(decoded.verb, command.verb);
            assert_int_equal(decoded.number, command.number);
        }
        assert_int_equal(control_command_find(control_command_name(command.verb), &found), 0);
        assert_int_equal(found, command.verb);
    }
    struct control_command all = {.verb = CONTROL_RESTART_WORKER, .number = CONTROL_ALL};
    size_t length = control_command_encode(&all, text, sizeof(text));
    assert_string_equal(text, "{\"command\":\"restart-worker\",\"number\":\"all\"}\n");
    struct control_command decoded = {.number = 7};
    assert_int_equal(control_command_decode(text, length, &decoded, &wrong), 0);
    assert_int_equal(decoded.number, CONTROL_ALL);
    assert_int_equal(control_command_encode(&all, text, 20), 0);
}

static void numbers_as_people_write_them(void **state) {
    (void)state;
    static const char *const bad[] = {
        "", "0", "65", "-1", "+1", " 1", "1 ", "1.5", "0x1", "1e1", "99999999999999999999", "all", "ALL"};
    uint32_t number = 0;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(control_command_number(CONTROL_WORKERS, bad[i], &number), -1);
    }
    assert_int_equal(control_command_number(CONTROL_WORKERS, "64", &number), 0);
    assert_int_equal(number, 64);
    assert_int_equal(control_command_number(CONTROL_KILL_WORKER, "all", &number), -1);
    assert_int_equal(control_command_number(CONTROL_RESTART_WORKER, "all", &number), 0);
    assert_int_equal(number, CONTROL_ALL);
}

static void broken_requests_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        "{",
        "null",
        "[]",
        "\"stop\"",
        "{}",
        "{\"command\":null}",
        "{\"command\":\"\"}",
        "{\"command\":\"stop\"} {\"command\":\"stop\"}",
        "{\"command\":\"Stop\"}",
        "{\"command\":\"stop\",\"number\":1}",
        "{\"command\":\"workers\"}",
        "{\"command\":\"workers\",\"number\":0}",
        "{\"command\":\"workers\",\"number\":65}",
        "{\"command\":\"workers\",\"number\":-1}",
        "{\"command\":\"workers\",\"number\":1.5}",
        "{\"command\":\"workers\",\"number\":1e300}",
        "{\"command\":\"workers\",\"number\":\"8\"}",
        "{\"command\":\"workers\",\"number\":\"all\"}",
        "{\"command\":\"workers\",\"number\":true}",
        "{\"command\":\"workers\",\"numbers\":1}",
        "{\"command\":\"workers\",\"number\":1,\"number\":2}",
        "{\"command\":\"kill-worker\",\"number\":\"all\"}",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct control_command command;
        const char *wrong = NULL;
        assert_int_equal(control_command_decode(bad[i], strlen(bad[i]), &command, &wrong), -1);
        assert_non_null(wrong);
    }
    static const char nul[] = "{\"command\":\"stop\"}\0x";
    struct control_command command;
    const char *wrong;
    assert_int_equal(control_command_decode(nul, sizeof(nul) - 1, &command, &wrong), -1);
    char deep[CONTROL_COMMAND_MOST];
    memset(deep, '[', sizeof(deep));
    assert_int_equal(control_command_decode(deep, sizeof(deep), &command, &wrong), -1);
}

// Not terminated: what is read past the end is found by the sanitizers.
static void every_beginning_is_refused(void **state) {
    (void)state;
    static const char whole[] = "{\"command\":\"restart-worker\",\"number\":12}";
    for (size_t length = 0; length < sizeof(whole) - 1; length++) {
        struct control_command command;
        const char *wrong;
        char *cut = malloc(length + 1);
        assert_non_null(cut);
        memcpy(cut, whole, length);
        char *exact = realloc(cut, length > 0 ? length : 1);
        assert_non_null(exact);
        assert_int_equal(control_command_decode(exact, length, &command, &wrong), -1);
        free(exact);
    }
}

static void answers(void **state) {
    (void)state;
    char text[CONTROL_COMMAND_MOST];
    struct control_answer answer = {.good = true};
    struct control_answer decoded = {0};
    memset(answer.message, '\x01', sizeof(answer.message) - 1); // six bytes each in JSON
    size_t length = control_answer_encode(&answer, text, sizeof(text));
    assert_true(length > 0 && length < CONTROL_COMMAND_MOST);
    assert_int_equal(control_answer_decode(text, length, &decoded), 0);
    assert_true(decoded.good);
    assert_string_equal(decoded.message, answer.message);
    assert_int_equal(control_answer_decode("{\"ok\":1,\"message\":\"\"}", 21, &decoded), -1);
    assert_int_equal(control_answer_decode("{\"ok\":false}", 12, &decoded), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_encoded_is_decoded),
        cmocka_unit_test(numbers_as_people_write_them),
        cmocka_unit_test(broken_requests_are_refused),
        cmocka_unit_test(every_beginning_is_refused),
        cmocka_unit_test(answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
