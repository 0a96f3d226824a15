#include "system/command.h"

#include "ration/clock.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static struct command command;

static enum command_state run(const char *text, uint64_t patience, char problem[COMMAND_PROBLEM_SIZE]) {
    enum command_state state;
    if (command_start(&command, text, clock_now(), patience, problem) != 0) {
        return COMMAND_FAILED;
    }
    while ((state = command_look(&command, clock_now(), problem)) == COMMAND_RUNS) {
        struct pollfd output = {.fd = command.fd, .events = POLLIN};
        (void)poll(&output, 1, 5);
    }
    return state;
}

static void assert_prints(const char *text, const char *output) {
    char problem[COMMAND_PROBLEM_SIZE];
    if (run(text, 60 * CLOCK_SECOND, problem) != COMMAND_DONE) {
        fail_msg("%s: %s", text, problem);
    }
    assert_string_equal(command.output, output);
    command_forget(&command);
    assert_int_equal(command.output[0], '\0');
}

static void what_it_prints_is_taken(void **state) {
    (void)state;
    assert_prints("echo one", "one\n");
    assert_prints("  echo\t'a  b' \"c 'd'\" e'f g'h ''", "a  b c 'd' ef gh \n");
    assert_prints("echo $HOME ; *", "$HOME ; *\n"); // no shell
    assert_prints("sh -c 'printf 1; sleep 0.1; printf 2'", "12");
    assert_prints("cat", ""); // nothing to read
}

static void assert_fails(const char *text, const char *says) {
    char problem[COMMAND_PROBLEM_SIZE];
    assert_int_equal(run(text, 60 * CLOCK_SECOND, problem), COMMAND_FAILED);
    assert_non_null(strstr(problem, says));
}

static void what_fails_is_told(void **state) {
    (void)state;
    assert_fails("", "names no program");
    assert_fails("''", "names no program");
    assert_fails("echo 'a", "a quote has no end");
    assert_fails("/nonexistent/x", "no such program");
    assert_fails("sh -c 'exit 3'", "exit status 3");
    assert_fails("sh -c 'kill -9 $$'", "signal 9");
    assert_fails("yes", "too much");
}

static void it_is_killed_when_it_takes_too_long(void **state) {
    (void)state;
    char problem[COMMAND_PROBLEM_SIZE];
    assert_int_equal(run("sh -c 'sleep 600; echo late'", CLOCK_MS, problem), COMMAND_FAILED);
    assert_string_equal(problem, "it takes too long");
    assert_int_equal(command.pid, 0);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); // and reaped
}

static void somebody_else_may_reap_it(void **state) {
    (void)state;
    char problem[COMMAND_PROBLEM_SIZE];
    int status;
    assert_int_equal(command_start(&command, "echo x", clock_now(), 60 * CLOCK_SECOND, problem), 0);
    pid_t pid = waitpid(-1, &status, 0);
    assert_false(command_reaped(&command, pid + 1, status));
    assert_true(command_reaped(&command, pid, status));
    while (command_look(&command, clock_now(), problem) == COMMAND_RUNS) {}
    assert_string_equal(command.output, "x\n");
    command_forget(&command);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_prints_is_taken),
        cmocka_unit_test(what_fails_is_told),
        cmocka_unit_test(it_is_killed_when_it_takes_too_long),
        cmocka_unit_test(somebody_else_may_reap_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
