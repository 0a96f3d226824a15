// What becomes of the workers of a dead coordinator that do not end by themselves.
#include "output/orphans.h"

#include "ration/arena.h"
#include "ration/clock.h"
#include "ration/slot.h"
#include "system/process.h"
#include "unit_told.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define PATIENCE (20 * CLOCK_SECOND)

static char name[ARENA_NAME_SIZE];
static struct arena *arena;

static int set_up(void **state) {
    (void)state;
    (void)snprintf(name, sizeof(name), "/ration-unit-orphans-%d", (int)getpid());
    arena = arena_create(
        &(struct arena_config){.name = name, .run_id = "unit", .artists = 10, .slots = 4, .sessions = 1});
    return arena != NULL ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    arena_close(arena);
    return arena_remove(name);
}

// A process that waits for ever; `orphan`: its parent is gone.
static pid_t start(const char *called, bool orphan) {
    int ends[2];
    pid_t pid = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        if (orphan && fork() > 0) {
            _exit(0);
        }
        (void)alarm(60); // should the test die
        (void)prctl(PR_SET_NAME, called);
        pid = getpid();
        (void)!write(ends[1], &pid, sizeof(pid));
        for (;;) {
            (void)pause();
        }
    }
    if (orphan) {
        assert_int_equal(waitpid(child, NULL, 0), child);
    }
    assert_int_equal(read(ends[0], &pid, sizeof(pid)), sizeof(pid));
    (void)close(ends[0]);
    (void)close(ends[1]);
    return pid;
}

static bool becomes(pid_t pid, char state) {
    uint64_t until = clock_now() + PATIENCE;
    while (clock_now() < until) {
        struct process process;
        bool there = process_look(pid, &process);
        if (state == '-' ? !there || process.state == 'Z' : there && process.state == state) {
            return true;
        }
        (void)sched_yield();
    }
    return false;
}

static const char *urge(uint64_t waited) {
    static struct unit_told told;
    told_begin(&told);
    orphans_urge(name, waited);
    return told_end(&told);
}

static void one_that_is_stopped_is_told_to_continue(void **state) {
    (void)state;
    pid_t pid = start("ration-worker", true);
    slot_announce(arena, 1, pid, clock_now());
    assert_int_equal(kill(pid, SIGSTOP), 0);
    assert_true(becomes(pid, 'T'));
    assert_non_null(strstr(urge(CLOCK_SECOND), "of the earlier run is stopped; it is told to continue"));
    assert_true(becomes(pid, 'S'));
    assert_string_equal(urge(CLOCK_SECOND), ""); // it is not disturbed again
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_true(becomes(pid, '-'));
}

static void one_that_hangs_is_killed_after_40_seconds(void **state) {
    (void)state;
    pid_t pid = start("ration-worker", true);
    slot_announce(arena, 0, pid, clock_now());
    assert_string_equal(urge(40 * CLOCK_SECOND), "");
    assert_true(becomes(pid, 'S'));
    assert_non_null(strstr(urge(40 * CLOCK_SECOND + 1), "of the earlier run does not finish; it is killed"));
    assert_true(becomes(pid, '-'));
    assert_string_equal(urge(50 * CLOCK_SECOND), "");
}

// A pid may be another process by now.
static void strangers_are_left_alone(void **state) {
    (void)state;
    pid_t stranger = start("stranger", true), living = start("ration-worker", false);
    slot_announce(arena, 0, stranger, clock_now());
    slot_announce(arena, 1, living, clock_now()); // its coordinator, this process, lives
    slot_announce(arena, 2, 1, clock_now());
    assert_string_equal(urge(100 * CLOCK_SECOND), "");
    assert_true(becomes(stranger, 'S') && becomes(living, 'S'));
    assert_int_equal(kill(stranger, SIGKILL), 0);
    assert_int_equal(kill(living, SIGKILL), 0);
    assert_int_equal(waitpid(living, NULL, 0), living);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(one_that_is_stopped_is_told_to_continue),
        TEST(one_that_hangs_is_killed_after_40_seconds),
        TEST(strangers_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
