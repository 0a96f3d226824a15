#include "crew/restart_policy.h"

#include "ration/clock.h"
#include "ration/descriptor.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#define MS CLOCK_MS

static int exited(int code) {
    return W_EXITCODE(code, 0);
}

static void tells_deaths_apart(void **state) {
    (void)state;
    static const int faults[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGSYS, SIGTRAP, SIGXCPU};
    static const int others[] = {SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1};
    assert_int_equal(restart_policy_death(exited(WORKER_EXIT_OK), false), RESTART_DRAINED);
    assert_int_equal(restart_policy_death(exited(WORKER_EXIT_INPUT), false), RESTART_INPUT);
    assert_int_equal(restart_policy_death(exited(WORKER_EXIT_FATAL), false), RESTART_CRASHED);
    assert_int_equal(restart_policy_death(exited(WORKER_EXIT_MEMORY), false), RESTART_CRASHED);
    assert_int_equal(restart_policy_death(exited(1), false), RESTART_CRASHED);
    assert_int_equal(restart_policy_death(exited(127), false),
                     RESTART_CRASHED); // it could not even be started
    assert_int_equal(restart_policy_death(exited(255), false), RESTART_CRASHED);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        assert_int_equal(restart_policy_death(faults[i], false), RESTART_CRASHED);
        assert_int_equal(restart_policy_death(faults[i] | WCOREFLAG, false), RESTART_CRASHED);
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_int_equal(restart_policy_death(others[i], false), RESTART_KILLED);
    }
    // Whoever was killed for hanging hung, however it looks.
    assert_int_equal(restart_policy_death(SIGKILL, true), RESTART_HUNG);
    assert_int_equal(restart_policy_death(exited(0), true), RESTART_HUNG);
}

static void decides(void **state) {
    (void)state;
    static const struct {
        struct restart_policy_facts facts;
        struct restart_policy_decision decision;
    } cases[] = {
        // It worked: again at once, whatever ended it; suspects only if it was its own fault.
        {{RESTART_KILLED, true, 0, 0, 0}, {false, false, 0}},
        {{RESTART_CRASHED, true, 0, 0, 0}, {false, true, 0}},
        {{RESTART_HUNG, true, 0, 0, 0}, {false, true, 0}},
        {{RESTART_DRAINED, true, 0, 0, 0}, {false, false, 0}},
        // It did not: backoff, doubling to ten seconds.
        {{RESTART_CRASHED, false, 1, 1, 1}, {false, true, 100 * MS}},
        {{RESTART_CRASHED, false, 2, 2, 2}, {false, true, 200 * MS}},
        {{RESTART_CRASHED, false, 3, 3, 3}, {false, true, 400 * MS}},
        {{RESTART_HUNG, false, 4, 4, 4}, {false, true, 800 * MS}},
        {{RESTART_CRASHED, false, 7, 7, 7}, {false, true, 6400 * MS}},
        {{RESTART_CRASHED, false, 8, 8, 8}, {false, true, 10000 * MS}},
        {{RESTART_CRASHED, false, 16, 9, 9}, {false, true, 10000 * MS}},
        {{RESTART_CRASHED, false, 17, 9, 9}, {false, true, 10000 * MS}},
        {{RESTART_CRASHED, false, UINT32_MAX, 9, 9}, {false, true, 10000 * MS}},
        {{RESTART_DRAINED, false, 1, 1, 1}, {false, false, 100 * MS}}, // exit 0 without work is no good exit
        // Killed from outside before it could work: no evidence, and hardly a delay.
        {{RESTART_KILLED, false, 1, 1, 0}, {false, false, 0}},
        {{RESTART_KILLED, false, 2, 2, 0}, {false, false, 100 * MS}},
        {{RESTART_KILLED, false, 90, 90, 0}, {false, false, 100 * MS}},
        // The run stops: nothing ever worked, or a hundred deaths brought nothing, or the input changed.
        {{RESTART_CRASHED, false, 1, 9, 9}, {false, true, 100 * MS}},
        {{RESTART_CRASHED, false, 1, 10, 10}, {true, true, 100 * MS}},
        {{RESTART_KILLED, false, 1, 99, 9}, {false, false, 0}},
        {{RESTART_KILLED, false, 1, 100, 0}, {true, false, 0}},
        {{RESTART_CRASHED, true, 0, 99, 0}, {false, true, 0}},
        {{RESTART_CRASHED, true, 0, 100, 0}, {true, true, 0}},
        {{RESTART_INPUT, true, 0, 0, 0}, {true, false, 0}},
        {{RESTART_INPUT, false, 1, 1, 1}, {true, false, 100 * MS}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct restart_policy_decision decision = restart_policy(&cases[i].facts);
        if (decision.stop != cases[i].decision.stop || decision.suspect != cases[i].decision.suspect ||
            decision.delay != cases[i].decision.delay) {
            fail_msg("case %zu: stop %d, suspect %d, delay %llu", i, decision.stop, decision.suspect,
                     (unsigned long long)decision.delay);
        }
    }
}

static void a_longer_row_never_waits_less(void **state) {
    (void)state;
    for (int death = RESTART_DRAINED; death <= RESTART_INPUT; death++) {
        uint64_t last = 0;
        for (uint32_t failures = 1; failures < 200; failures++) {
            struct restart_policy_facts facts = {.death = (enum restart_policy_death)death,
                                                 .slot_failures = failures};
            uint64_t delay = restart_policy(&facts).delay;
            assert_true(delay >= last && delay <= 10 * CLOCK_SECOND);
            last = delay;
        }
    }
}

static void describes_in_words(void **state) {
    (void)state;
    char text[80];
    restart_policy_describe(exited(64), text, sizeof(text));
    assert_string_equal(text, "exit status 64");
    restart_policy_describe(SIGSEGV | WCOREFLAG, text, sizeof(text));
    assert_string_equal(text, "signal 11 (Segmentation fault)");
    restart_policy_describe(SIGKILL, text, sizeof(text));
    assert_string_equal(text, "signal 9 (Killed)");
    char small[8];
    memset(small, 'x', sizeof(small));
    restart_policy_describe(SIGKILL, small, sizeof(small));
    assert_string_equal(small, "signal ");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_deaths_apart),
        cmocka_unit_test(decides),
        cmocka_unit_test(a_longer_row_never_waits_less),
        cmocka_unit_test(describes_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
