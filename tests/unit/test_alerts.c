#include "watch/alerts.h"

#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct alerts alerts;
static struct alert_facts facts;
static struct alert_event event[ALERTS_EVENTS_MOST];

// Two sessions that work, at second 1000.
static int begin(void **state) {
    char problem[ALERTS_THRESHOLDS_PROBLEM];
    (void)state;
    alerts = (struct alerts){0};
    facts = (struct alert_facts){
        .now = 1000 * CLOCK_SECOND,
        .sessions = 2,
        .session = {{.name = "a", .breaker_closed = true}, {.name = "b", .breaker_closed = true}},
        .quota_unit = "requests",
    };
    return alerts_thresholds_parse("60,80,95", &alerts.thresholds, problem);
}

static uint32_t after(uint64_t seconds) {
    facts.now += seconds * CLOCK_SECOND;
    facts.wall = facts.now;
    facts.verdicts++;
    return alerts_decide(&alerts, &facts, event);
}

static void assert_event(const struct alert_event *e, enum alert_kind kind, bool raised,
                         const char *message) {
    assert_string_equal(alerts_kind_name(e->kind), alerts_kind_name(kind));
    assert_int_equal(e->raised, raised);
    assert_string_equal(e->message, message);
}

static void a_fleet_is_watched(void **state) {
    (void)state;
    facts.database_away = 4 * CLOCK_SECOND;
    assert_int_equal(after(1), 0); // what was granted lasts as long
    facts.database_away = 6 * CLOCK_SECOND;
    assert_int_equal(after(1), 1);
    assert_event(&event[0], ALERT_DATABASE_AWAY, true,
                 "the fleet's database does not answer: nothing new is begun until it does");
    assert_int_equal(after(1), 0);
    facts.database_away = 0;
    facts.machines_lost = 1;
    assert_int_equal(after(1), 2);
    assert_event(&event[0], ALERT_DATABASE_AWAY, false, "the fleet's database answers again");
    assert_event(&event[1], ALERT_MACHINE_LOST, true,
                 "machines of the fleet that were given up: 1; what they were leased goes to the others");
    facts.machines_lost = 2;
    assert_int_equal(after(1), 1);
    assert_true(event[0].renewed);
    facts.machines_lost = 0;
    assert_int_equal(after(1), 1);
    assert_event(&event[0], ALERT_MACHINE_LOST, false, "no machine of the fleet is given up any more");
}

static void thresholds_are_percentages(void **state) {
    (void)state;
    struct alerts_thresholds thresholds;
    char problem[ALERTS_THRESHOLDS_PROBLEM];
    assert_int_equal(alerts_thresholds_parse("1,2,3,4,5,6,7,100", &thresholds, problem), 0);
    assert_int_equal(thresholds.count, 8);
    assert_int_equal(thresholds.percent[7], 100);
    assert_int_equal(alerts_thresholds_parse("50", &thresholds, problem), 0);
    assert_int_equal(thresholds.count, 1);
    static const struct {
        const char *text, *problem;
    } bad[] = {
        {"", "\"\" is not a whole percentage from 1 to 100"},
        {"0", "\"0\" is not a whole percentage from 1 to 100"},
        {"101", "\"101\" is not a whole percentage from 1 to 100"},
        {"60,", "\"\" is not a whole percentage from 1 to 100"},
        {"60,,80", "\"\" is not a whole percentage from 1 to 100"},
        {"60, 80", "\" 80\" is not a whole percentage from 1 to 100"},
        {"-5", "\"-5\" is not a whole percentage from 1 to 100"},
        {"0.8", "\"0.8\" is not a whole percentage from 1 to 100"},
        {"60%", "\"60%\" is not a whole percentage from 1 to 100"},
        {"99999999999", "\"99999999999\" is not a whole percentage from 1 to 100"},
        {"80,60", "60 does not ascend: it comes after 80"},
        {"60,60", "60 does not ascend: it comes after 60"},
        {"1,2,3,4,5,6,7,8,9", "more than 8 percentages"},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(alerts_thresholds_parse(bad[i].text, &thresholds, problem), -1);
        assert_string_equal(problem, bad[i].problem);
    }
}

static void nothing_is_told_of_a_good_run(void **state) {
    (void)state;
    for (int i = 0; i < 500; i++) {
        facts.good += 10;
        assert_int_equal(after(1), 0);
    }
}

static void quota_use_is_told_at_each_threshold_once(void **state) {
    (void)state;
    facts.quota_limit = 50;
    uint32_t told = 0;
    for (facts.quota_used = 0; facts.quota_used < 50; facts.quota_used++) {
        uint32_t count = after(1);
        told += count;
        if (facts.quota_used == 30) {
            assert_int_equal(count, 1);
            assert_event(&event[0], ALERT_QUOTA_USE, true,
                         "60 % of the daily quota is used, threshold 60 % (30 of 50 requests)");
            assert_int_equal(event[0].threshold, 60);
            assert_int_equal(event[0].session, ALERTS_NOBODY);
        }
    }
    assert_int_equal(told, 3);
    facts.quota_used = 46; // a rest that comes and goes is nothing new
    assert_int_equal(after(1), 0);
    facts.quota_used = 49;
    assert_int_equal(after(1), 0);
    facts.quota_used = 0; // a new period
    assert_int_equal(after(1), 3);
    assert_event(&event[2], ALERT_QUOTA_USE, false,
                 "the use of the daily quota is below 95 % again (0 of 50 requests)");
    facts.quota_used = 31;
    assert_int_equal(after(1), 1);
}

static void a_jump_passes_several_thresholds(void **state) {
    (void)state;
    facts.quota_limit = 1000;
    facts.quota_used = 900;
    assert_int_equal(after(1), 2);
    assert_int_equal(event[1].threshold, 80);
    facts.quota_limit = 0; // not known any more: nothing is
    assert_int_equal(after(1), 0);
}

static void quota_use_survives_huge_figures(void **state) {
    (void)state;
    facts.quota_limit = UINT64_MAX;
    facts.quota_used = UINT64_MAX - 1;
    assert_int_equal(after(1), 3);
    facts.quota_used = UINT64_MAX;
    facts.quota_limit = 1;
    assert_int_equal(after(1), 0);
}

static void says_which_session_is_back_first(void **state) {
    (void)state;
    facts.session[0].unavailable = ALERT_COOLING;
    facts.session[0].back_at = facts.now + 90 * CLOCK_SECOND;
    assert_int_equal(after(1), 0);
    facts.session[1].unavailable = ALERT_BREAKER;
    facts.session[1].breaker_closed = false;
    facts.session[1].breaker_open = true;
    (void)snprintf(facts.session[1].cause, SLOT_FAULT_WORDS, "server_fault: status 500, broken");
    facts.session[1].back_at = facts.now + 42 * CLOCK_SECOND;
    assert_int_equal(after(1), 2);
    assert_event(&event[0], ALERT_BREAKER_OPENED, true,
                 "the circuit breaker of session b is open (server_fault: status 500, broken)");
    assert_int_equal(event[0].session, 1);
    assert_event(
        &event[1], ALERT_SESSIONS_UNAVAILABLE, true,
        "all 2 sessions are unavailable: session b (circuit breaker open) is the first back, at 00:17:23Z");
    assert_int_equal(event[1].session, 1);
    assert_int_equal(after(10), 0);
    facts.session[1].breaker_open = false; // half-open: the probe is out
    facts.session[1].back_at = CLOCK_NEVER;
    assert_int_equal(after(40), 1);
    assert_true(event[0].renewed);
    assert_event(&event[0], ALERT_SESSIONS_UNAVAILABLE, true,
                 "all 2 sessions are unavailable: session a (rate limited) is the first back, at 00:18:10Z");
    facts.session[1].breaker_closed = true;
    facts.session[1].unavailable = ALERT_AVAILABLE;
    assert_int_equal(after(1), 2);
    assert_event(&event[0], ALERT_BREAKER_OPENED, false, "the circuit breaker of session b is closed again");
    assert_event(&event[1], ALERT_SESSIONS_UNAVAILABLE, false, "a session is available again");
}

// The breaker's other reason has words of its own.
static void says_that_nothing_but_refusals_comes(void **state) {
    (void)state;
    facts.session[1].unavailable = ALERT_HELD;
    facts.session[1].breaker_closed = false;
    facts.session[1].breaker_open = facts.session[1].held = true;
    (void)snprintf(facts.session[1].cause, ALERTS_CAUSE_SIZE, "artist a7: status 402, no money");
    assert_int_equal(after(1), 1);
    assert_event(&event[0], ALERT_BREAKER_OPENED, true,
                 "session b is held: nothing but refusals comes (artist a7: status 402, no money)");
    assert_int_equal(after(1), 0);
    facts.session[1].breaker_open = facts.session[1].held = false;
    facts.session[1].breaker_closed = true;
    facts.session[1].unavailable = ALERT_AVAILABLE;
    assert_int_equal(after(1), 1);
    assert_event(&event[0], ALERT_BREAKER_OPENED, false, "the hold of session b after refusals is over");
}

// A jump over two thresholds: each says which it is of.
static void each_threshold_is_in_the_words(void **state) {
    (void)state;
    facts.quota_limit = 50;
    facts.quota_used = 40;
    assert_int_equal(after(1), 2);
    assert_event(&event[0], ALERT_QUOTA_USE, true,
                 "80 % of the daily quota is used, threshold 60 % (40 of 50 requests)");
    assert_event(&event[1], ALERT_QUOTA_USE, true,
                 "80 % of the daily quota is used, threshold 80 % (40 of 50 requests)");
}

// The breaker opens again and again: what is told of its end moves with it, and is no new alert.
static void the_moment_of_being_back_is_renewed(void **state) {
    (void)state;
    facts.sessions = 1;
    facts.session[0].unavailable = ALERT_COOLING;
    facts.session[0].back_at = 1010 * CLOCK_SECOND;
    assert_int_equal(after(1), 1);
    assert_false(event[0].renewed);
    assert_event(&event[0], ALERT_SESSIONS_UNAVAILABLE, true,
                 "the only session is unavailable (rate limited); back: at 00:16:50Z");
    assert_int_equal(after(8), 0);
    facts.session[0].back_at = CLOCK_NEVER; // it tries
    assert_int_equal(after(2), 0);
    facts.session[0].back_at = 1020 * CLOCK_SECOND + CLOCK_MS;
    assert_int_equal(after(1), 1);
    assert_true(event[0].renewed);
    assert_event(&event[0], ALERT_SESSIONS_UNAVAILABLE, true,
                 "the only session is unavailable (rate limited); back: at 00:17:00Z");
    facts.session[0].back_at = 1020 * CLOCK_SECOND + 2 * CLOCK_MS;
    assert_int_equal(after(1), 0);
}

static void short_absences_are_not_told(void **state) {
    (void)state;
    facts.sessions = 1;
    for (int i = 0; i < 20; i++) {
        facts.session[0].unavailable = ALERT_SLOWED;
        facts.session[0].back_at = facts.now + 3 * CLOCK_SECOND;
        assert_int_equal(after(1), 0);
        facts.session[0].unavailable = ALERT_AVAILABLE;
        assert_int_equal(after(3), 0);
    }
    facts.session[0].unavailable = ALERT_SLOWED; // again and again, without a break
    facts.session[0].back_at = facts.now + 3 * CLOCK_SECOND;
    assert_int_equal(after(1), 0);
    facts.session[0].back_at = facts.now + 9 * CLOCK_SECOND;
    assert_int_equal(after(5), 1);
    assert_event(&event[0], ALERT_SESSIONS_UNAVAILABLE, true,
                 "the only session is unavailable (endpoint overloaded); back: at 00:18:10Z");
}

static void a_pause_is_no_alert(void **state) {
    (void)state;
    facts.waiting = true;
    facts.session[0].unavailable = facts.session[1].unavailable = ALERT_PARKED;
    facts.session[0].back_at = facts.session[1].back_at = facts.now + 3600 * CLOCK_SECOND;
    for (int i = 0; i < 100; i++) {
        facts.now += 10 * CLOCK_SECOND;
        assert_int_equal(alerts_decide(&alerts, &facts, event), 0);
    }
    facts.waiting = false;
    assert_int_equal(after(1), 1);
    assert_event(
        &event[0], ALERT_SESSIONS_UNAVAILABLE, true,
        "all 2 sessions are unavailable: session a (quota exhausted) is the first back, at 01:16:40Z");
}

// What the API said, and what a person has to do.
static void a_spend_limit_is_told_with_its_remedy(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++) {
        facts.session[i].unavailable = ALERT_SPENT;
        facts.session[i].back_at = facts.now + 3600 * CLOCK_SECOND;
        (void)snprintf(facts.session[i].cause, sizeof(facts.session[i].cause),
                       "artist a7: status 402, No money");
    }
    assert_int_equal(after(1), 1);
    assert_event(
        &event[0], ALERT_SESSIONS_UNAVAILABLE, true,
        "all 2 sessions are unavailable: session a (spend limit reached or credit used up) is the first "
        "back, at 01:16:40Z; raise the limit or add credit, then ration resume; artist a7: status 402, No "
        "money");
}

static void a_refused_key_is_told_once(void **state) {
    (void)state;
    facts.session[1].unavailable = ALERT_REFUSED;
    facts.session[1].back_at = CLOCK_NEVER;
    assert_int_equal(after(1), 1);
    assert_event(&event[0], ALERT_KEY_REFUSED, true,
                 "the API refuses the key of session b; it is not used any more");
    assert_int_equal(after(1), 0);
    facts.session[0].unavailable = ALERT_REFUSED;
    facts.session[0].back_at = CLOCK_NEVER;
    assert_int_equal(after(6), 2);
    assert_event(&event[1], ALERT_SESSIONS_UNAVAILABLE, true,
                 "no session is left of 2: each key was refused");
}

static void another_key_ends_it(void **state) {
    (void)state;
    facts.session[1].unavailable = ALERT_REFUSED;
    facts.session[1].back_at = CLOCK_NEVER;
    assert_int_equal(after(1), 1);
    facts.session[1].unavailable = ALERT_AVAILABLE;
    assert_int_equal(after(1), 1);
    assert_event(&event[0], ALERT_KEY_REFUSED, false,
                 "there is another key of session b, which is used from now on");
    assert_int_equal(after(1), 0);
    facts.session[1].unavailable = ALERT_REFUSED; // that one, too
    assert_int_equal(after(1), 1);
    assert_event(&event[0], ALERT_KEY_REFUSED, true,
                 "the API refuses the key of session b; it is not used any more");
}

static void errors_are_counted_over_a_minute(void **state) {
    (void)state;
    for (int i = 0; i < 100; i++) { // 10 a second, all good
        facts.good += 10;
        assert_int_equal(after(1), 0);
    }
    int seconds = 0;
    uint32_t count = 0;
    while (count == 0 && seconds < 60) { // then half of them
        facts.good += 5;
        facts.bad += 5;
        count = after(1);
        seconds++;
    }
    assert_int_equal(count, 1);
    assert_int_equal(event[0].kind, ALERT_ERROR_RATE);
    assert_true(seconds > 22 && seconds < 28); // a fifth of the minute's
    count = 0;
    for (seconds = 0; count == 0 && seconds < 120; seconds++) {
        facts.good += 10;
        count = after(1);
    }
    assert_int_equal(count, 1);
    assert_false(event[0].raised);
    assert_true(seconds > 40 && seconds < 62);
}

static void rare_outcomes_are_counted_by_the_hundred(void **state) {
    (void)state;
    for (int i = 0; i < 200; i++) { // two a minute
        facts.good += i % 6 != 5;
        facts.bad += i % 6 == 5;
        assert_int_equal(after(30), 0);
    }
    uint32_t count = 0;
    for (int i = 0; count == 0 && i < 20; i++) {
        facts.bad++;
        count = after(30);
    }
    assert_int_equal(count, 1);
    assert_int_equal(event[0].kind, ALERT_ERROR_RATE);
}

static void few_outcomes_say_nothing(void **state) {
    (void)state;
    (void)after(1);
    facts.bad = 19;
    assert_int_equal(after(1), 0);
    facts.bad = 20;
    assert_int_equal(after(1), 1);
    assert_event(&event[0], ALERT_ERROR_RATE, true,
                 "100 % of the last 20 outcomes are failures, rate limits not counted");
}

static uint32_t quiet(uint64_t seconds) {
    facts.now += seconds * CLOCK_SECOND;
    return alerts_decide(&alerts, &facts, event);
}

static void a_run_without_verdicts_is_stalled(void **state) {
    (void)state;
    assert_int_equal(after(1), 0);
    assert_int_equal(quiet(60), 0);
    assert_int_equal(quiet(1), 1);
    assert_event(&event[0], ALERT_RUN_STALLED, true, "no artist has got a verdict for 61 s");
    assert_int_equal(quiet(100), 0);
    assert_int_equal(after(1), 1);
    assert_event(&event[0], ALERT_RUN_STALLED, false, "artists get verdicts again");
    facts.expected = 50 * CLOCK_SECOND; // a slow one
    assert_int_equal(quiet(150), 0);
    assert_int_equal(quiet(1), 1);
}

static void waiting_is_not_stalling(void **state) {
    (void)state;
    (void)after(1);
    facts.waiting = true;
    assert_int_equal(quiet(1000), 0);
    facts.waiting = false;
    assert_int_equal(quiet(59), 0);
    facts.session[0].unavailable = facts.session[1].unavailable = ALERT_COOLING;
    facts.session[0].back_at = facts.session[1].back_at = facts.now + 500 * CLOCK_SECOND;
    assert_int_equal(quiet(2), 1);
    assert_int_equal(event[0].kind, ALERT_SESSIONS_UNAVAILABLE);
    assert_int_equal(quiet(400), 0);
}

static void the_house_is_watched(void **state) {
    (void)state;
    facts.disk_wait = 2;
    assert_int_equal(after(1), 1);
    assert_event(&event[0], ALERT_DISK_FULL, true, "the output cannot be written; the run waits for room");
    facts.disk_wait = 1;
    assert_int_equal(after(1), 0);
    facts.disk_wait = 0;
    assert_int_equal(after(1), 1);
    facts.idle_deaths = 9;
    assert_int_equal(after(1), 0);
    facts.idle_deaths = 10;
    assert_int_equal(after(1), 1);
    assert_int_equal(event[0].kind, ALERT_WORKER_CRASH_LOOP);
    facts.idle_deaths = 3;
    assert_int_equal(after(1), 0);
    facts.idle_deaths = 0;
    assert_int_equal(after(1), 1);
    assert_false(event[0].raised);
}

static void everything_at_once_fits(void **state) {
    (void)state;
    char problem[ALERTS_THRESHOLDS_PROBLEM];
    assert_int_equal(alerts_thresholds_parse("1,2,3,4,5,6,7,8", &alerts.thresholds, problem), 0);
    (void)after(1);
    facts.sessions = BOUNDS_SESSIONS;
    for (uint32_t i = 0; i < facts.sessions; i++) {
        facts.session[i] = (struct alert_session){
            .name = "x", .unavailable = ALERT_REFUSED, .breaker_open = true, .back_at = CLOCK_NEVER};
    }
    facts.quota_used = facts.quota_limit = 9;
    facts.bad = 1000;
    facts.disk_wait = 1;
    facts.idle_deaths = 99;
    assert_true(quiet(1000) <= ALERTS_EVENTS_MOST);
    assert_int_equal(quiet(1000), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_fleet_is_watched, begin),
        cmocka_unit_test_setup(thresholds_are_percentages, begin),
        cmocka_unit_test_setup(nothing_is_told_of_a_good_run, begin),
        cmocka_unit_test_setup(quota_use_is_told_at_each_threshold_once, begin),
        cmocka_unit_test_setup(a_jump_passes_several_thresholds, begin),
        cmocka_unit_test_setup(quota_use_survives_huge_figures, begin),
        cmocka_unit_test_setup(says_which_session_is_back_first, begin),
        cmocka_unit_test_setup(each_threshold_is_in_the_words, begin),
        cmocka_unit_test_setup(the_moment_of_being_back_is_renewed, begin),
        cmocka_unit_test_setup(says_that_nothing_but_refusals_comes, begin),
        cmocka_unit_test_setup(short_absences_are_not_told, begin),
        cmocka_unit_test_setup(a_pause_is_no_alert, begin),
        cmocka_unit_test_setup(a_spend_limit_is_told_with_its_remedy, begin),
        cmocka_unit_test_setup(a_refused_key_is_told_once, begin),
        cmocka_unit_test_setup(another_key_ends_it, begin),
        cmocka_unit_test_setup(errors_are_counted_over_a_minute, begin),
        cmocka_unit_test_setup(rare_outcomes_are_counted_by_the_hundred, begin),
        cmocka_unit_test_setup(few_outcomes_say_nothing, begin),
        cmocka_unit_test_setup(a_run_without_verdicts_is_stalled, begin),
        cmocka_unit_test_setup(waiting_is_not_stalling, begin),
        cmocka_unit_test_setup(the_house_is_watched, begin),
        cmocka_unit_test_setup(everything_at_once_fits, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
