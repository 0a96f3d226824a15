#include "view/run_status.h"

#include "unit_status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static struct run_status status;

static void begin(uint64_t published_ago, enum snapshot_stage stage, uint64_t paused_until) {
    struct run_info info;
    unit_status_info(&info);
    run_status_begin(&status, &info);
    status.now.at = 100 * CLOCK_SECOND;
    status.now.gossip.published = status.now.at - published_ago;
    status.now.gossip.stage = stage;
    status.now.paused_until = paused_until;
}

static void judge(enum run_status_process process, enum snapshot_stage expected, const char *words) {
    run_status_judge(&status, process);
    assert_int_equal(status.stage, expected);
    if (words == NULL) {
        assert_string_equal(status.reason, "");
    } else {
        assert_non_null(strstr(status.reason, words));
    }
}

static void tells_how_a_run_is(void **state) {
    (void)state;
    begin(CLOCK_SECOND, SNAPSHOT_RUNNING, 0);
    judge(RUN_STATUS_WORKS, SNAPSHOT_RUNNING, NULL);
    assert_int_equal(status.silent, CLOCK_SECOND);
    begin(CLOCK_SECOND, SNAPSHOT_RUNNING, CLOCK_NEVER);
    judge(RUN_STATUS_WORKS, SNAPSHOT_PAUSED, "until someone resumes it");
    begin(CLOCK_SECOND, SNAPSHOT_DRAINING, CLOCK_NEVER);
    judge(RUN_STATUS_WORKS, SNAPSHOT_DRAINING, NULL);
    begin(12 * CLOCK_SECOND, SNAPSHOT_RUNNING, 0);
    judge(RUN_STATUS_WORKS, SNAPSHOT_STALLED, "no sign of life for 12 s");
    judge(RUN_STATUS_STOPPED, SNAPSHOT_STALLED, "kill -CONT");
    judge(RUN_STATUS_GONE, SNAPSHOT_ENDED, "--resume");
    begin(12 * CLOCK_SECOND, SNAPSHOT_ENDED, 0);
    (void)snprintf(status.now.gossip.reason, sizeof(status.now.gossip.reason), "finished");
    judge(RUN_STATUS_GONE, SNAPSHOT_ENDED, "finished");
    // One that has just begun has told nothing yet.
    begin(0, SNAPSHOT_RUNNING, 0);
    status.now.gossip.published = 0;
    judge(RUN_STATUS_WORKS, SNAPSHOT_RUNNING, NULL);
    assert_int_equal(status.silent, CLOCK_NEVER);
    for (int stage = 0; stage < SNAPSHOT_STAGES; stage++) {
        assert_non_null(run_status_stage_name((enum snapshot_stage)stage));
    }
}

static void tells_how_a_worker_is(void **state) {
    (void)state;
    struct slot_report report = {.pid = 77, .state = SLOT_WORKING};
    struct process process = {.state = 'S'};
    assert_string_equal(run_status_worker(&report, &process, NULL), "working");
    assert_string_equal(run_status_worker(&report, &process, "paused"), "paused");
    assert_string_equal(run_status_worker(&report, &process, "waiting"), "waiting");
    report.in_flight = 1; // whose answer is still to come
    assert_string_equal(run_status_worker(&report, &process, "waiting"), "working");
    assert_string_equal(run_status_worker(&report, &process, "paused"), "paused");
    assert_string_equal(run_status_worker(&report, NULL, NULL), "dead");
    process.state = 'Z';
    assert_string_equal(run_status_worker(&report, &process, NULL), "dead");
    process.state = 'T';
    assert_string_equal(run_status_worker(&report, &process, "paused"), "stopped");
    report = (struct slot_report){.state = SLOT_EMPTY};
    assert_string_equal(run_status_worker(&report, NULL, NULL), "absent");
}

static void expect_wait(const char *reason, uint64_t until) {
    uint64_t told;
    const char *words = run_status_wait(&status, 0, &told);
    if (reason == NULL) {
        assert_null(words);
    } else {
        assert_string_equal(words, reason);
        assert_int_equal(told, until);
    }
}

static void tells_why_a_session_waits(void **state) {
    (void)state;
    begin(0, SNAPSHOT_RUNNING, 0);
    struct ledger_state *session = &status.now.session[0];
    uint64_t now = status.now.at;
    expect_wait(NULL, 0);
    session->not_before = now;
    expect_wait(NULL, 0);
    session->not_before = now + 5;
    session->hold = LEDGER_COOL;
    expect_wait("rate limited", now + 5);
    session->hold = LEDGER_PARK;
    expect_wait("quota exhausted", now + 5);
    session->hold = LEDGER_SLOW;
    expect_wait("overloaded", now + 5);
    session->not_before = 0;
    session->breaker = (struct breaker){.state = BREAKER_OPEN, .until = now + 9};
    expect_wait("breaker open", now + 9);
    session->breaker.cause = BREAKER_REFUSALS;
    expect_wait("refusals", now + 9);
    session->breaker = (struct breaker){.state = BREAKER_HALF_OPEN};
    expect_wait(NULL, 0);
    status.now.paused_until = now + 3;
    expect_wait("paused", now + 3);
    session->disabled = true;
    expect_wait("key refused", CLOCK_NEVER);
}

// While nothing can leave, what was answered before the wait is no rate any more.
static void a_rate_ends_with_the_last_answer(void **state) {
    (void)state;
    static struct snapshot look;
    static struct snapshot_gossip gossip;
    begin(0, SNAPSHOT_RUNNING, 0);
    look = status.now;
    gossip = status.now.gossip;
    gossip.artists_rate = gossip.requests_rate = gossip.tokens_rate = 5700;
    look.artists = 10;
    look.paused_until = CLOCK_NEVER;
    look.sums.in_flight = 1;
    run_status_of(&status, &look, &gossip);
    assert_true(status.pace.artists > 5.6);
    look.sums.in_flight = 0;
    run_status_of(&status, &look, &gossip);
    assert_true(status.pace.artists == 0 && status.pace.requests == 0 && status.pace.tokens == 0);
    look.paused_until = 0;
    run_status_of(&status, &look, &gossip);
    assert_true(status.pace.artists > 5.6);
}

static void tells_an_end_only_while_something_can_be_sent(void **state) {
    (void)state;
    uint64_t ends, left;
    begin(CLOCK_SECOND, SNAPSHOT_RUNNING, 0);
    status.now.artists = 10;
    status.now.sessions = 1;
    status.now.wall = 1000 * CLOCK_SECOND;
    status.now.gossip.forecast.takes = 31 * CLOCK_SECOND;
    run_status_judge(&status, RUN_STATUS_WORKS);
    run_status_wait_for(&status);
    assert_true(run_status_ends(&status, &ends, &left));
    assert_int_equal(left, 30 * CLOCK_SECOND);
    assert_int_equal(ends, 1030 * CLOCK_SECOND);
    // Held by an overloaded API: the forecast that was published before says nothing any more.
    status.now.session[0].not_before = status.now.at + 5 * CLOCK_SECOND;
    status.now.session[0].hold = LEDGER_SLOW;
    run_status_wait_for(&status);
    assert_int_equal(status.wait.kind, RUN_WAIT_OVERLOAD);
    assert_false(run_status_ends(&status, &ends, &left));
    // Its cause is the latest of those that can be.
    assert_null(run_status_cause(&status));
    status.now.slots = 3;
    status.now.worker[0].fault = (struct slot_fault){.at = 5, .kind = OUTCOME_OVERLOADED, .text = "old"};
    status.now.worker[1].fault = (struct slot_fault){.at = 9, .kind = OUTCOME_OVERLOADED, .text = "busy"};
    status.now.worker[2].fault = (struct slot_fault){.at = 10, .kind = OUTCOME_REFUSED, .text = "no"};
    assert_string_equal(run_status_cause(&status)->text, "busy");
    // One that stops, or has ended, waits for nothing, and no limit throttles it.
    status.now.gossip.use_state = SNAPSHOT_THROTTLED;
    status.now.gossip.use_until = status.now.at + CLOCK_SECOND;
    status.now.gossip.stage = SNAPSHOT_DRAINING;
    run_status_judge(&status, RUN_STATUS_WORKS);
    run_status_wait_for(&status);
    assert_int_equal(status.wait.kind, RUN_WAIT_NOTHING);
    assert_false(run_status_ends(&status, &ends, &left));
    assert_int_equal(status.now.gossip.use_state, SNAPSHOT_THROTTLED);
    run_status_judge(&status, RUN_STATUS_GONE);
    run_status_wait_for(&status);
    assert_false(run_status_ends(&status, &ends, &left));
    assert_int_equal(status.now.gossip.use_state, SNAPSHOT_HEALTHY);
    assert_int_equal(status.now.gossip.use_until, 0);
    expect_wait(NULL, 0);
    memset(status.now.worker, 0, sizeof(status.now.worker));
    status.now.slots = 0;
}

static void tells_no_more_than_all_of_a_limit(void **state) {
    (void)state;
    assert_true(run_status_percent(0) < 0.001);
    assert_true(fabs(run_status_percent(834000) - 83.4) < 0.001);
    assert_true(fabs(run_status_percent(SNAPSHOT_WHOLE) - 100) < 0.001);
    assert_true(fabs(run_status_percent(235770000) - 100) < 0.001);
}

static void reads_a_run(void **state) {
    (void)state;
    uint64_t now = UNIT_STATUS_NOW;
    struct arena *arena = unit_status_arena(now);
    struct snapshot_gossip gossip;
    unit_status_gossip(&gossip, now);
    snapshot_publish(arena, &gossip);
    struct run_status *taken = unit_status(arena);
    assert_int_equal(taken->stage, SNAPSHOT_RUNNING);
    assert_true(taken->pace.artists > 21.39 && taken->pace.artists < 21.41); // as published
    assert_true(fabs(taken->pace_mean - 2.2) < 0.001);                       // 22 in 10 s
    assert_string_equal(run_status_name(taken), "answers.jsonl");
    assert_string_equal(taken->worker_state[0], "dead"); // it is no child of itself
    assert_string_equal(taken->worker_state[3], "absent");
    char name[32];
    run_status_session_name(taken, 0, name);
    assert_string_equal(name, "primary");
    taken->now.session_name[0][0] = '\0';
    run_status_session_name(taken, 0, name);
    assert_string_equal(name, "session 1");
    // A silent coordinator's figures are old: the reader's own are taken.
    gossip.published = 1; // the machine's own clock decides here, and may have begun after `now`
    snapshot_publish(arena, &gossip);
    run_status_take(taken, arena);
    assert_int_equal(taken->stage, SNAPSHOT_STALLED);
    assert_true(taken->pace.artists < 1);
    free(taken);
    arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_how_a_run_is),
        cmocka_unit_test(tells_how_a_worker_is),
        cmocka_unit_test(tells_why_a_session_waits),
        cmocka_unit_test(a_rate_ends_with_the_last_answer),
        cmocka_unit_test(tells_an_end_only_while_something_can_be_sent),
        cmocka_unit_test(tells_no_more_than_all_of_a_limit),
        cmocka_unit_test(reads_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
