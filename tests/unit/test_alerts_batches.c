#include "watch/alerts.h"

#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define MADE 1795885480ULL // 2026-11-28T17:04:40Z
#define HOUR 3600ULL

static struct alerts alerts;
static struct batch_list list;
static struct alert_facts facts;
static struct alert_event event[ALERTS_EVENTS_MOST];

static int begin(void **state) {
    (void)state;
    alerts = (struct alerts){0};
    list = (struct batch_list){0};
    facts = (struct alert_facts){.now = 1000 * CLOCK_SECOND, .batches = &list, .run = "R", .waiting = true};
    return 0;
}

static void part(uint32_t number, enum batch_state state, const char *status, uint64_t done) {
    struct batch_record record = {.run = "R",
                                  .number = number,
                                  .state = state,
                                  .made = MADE,
                                  .at = MADE + HOUR,
                                  .until = MADE + 24 * HOUR,
                                  .rows = 70,
                                  .done = done};
    (void)snprintf(record.status, sizeof(record.status), "%s", status);
    (void)snprintf(record.why, sizeof(record.why), "%s", strcmp(status, "failed") == 0 ? "bad_line: no" : "");
    batch_list_add(&list, &record);
}

// What is decided so long after the part was made.
static uint32_t at(uint64_t seconds) {
    facts.wall = (MADE + seconds) * CLOCK_SECOND;
    return alerts_decide(&alerts, &facts, event);
}

static void assert_event(uint32_t i, enum alert_kind kind, bool raised, bool renewed, const char *message) {
    assert_string_equal(alerts_kind_name(event[i].kind), alerts_kind_name(kind));
    assert_int_equal(event[i].raised, raised);
    assert_int_equal(event[i].renewed, renewed);
    assert_string_equal(event[i].message, message);
}

static void of_a_run_without_parts_nothing_is_told(void **state) {
    (void)state;
    facts.batches = NULL;
    assert_int_equal(at(0), 0);
    facts.batches = &list;
    assert_int_equal(at(100 * HOUR), 0);
}

static void what_failed_before_the_run_is_no_news(void **state) {
    (void)state;
    part(1, BATCH_RECORDED, "failed", 0);
    part(2, BATCH_RECORDED, "expired", 9);
    part(3, BATCH_GIVEN_UP, "", 0);
    alerts_batches_begin(&alerts, &list);
    assert_int_equal(at(HOUR), 0);
    part(4, BATCH_GIVEN_UP, "", 0); // it never was with the API
    assert_int_equal(at(HOUR), 0);
}

static void parts_that_come_to_nothing_are_told(void **state) {
    (void)state;
    part(1, BATCH_CREATED, "validating", 0);
    assert_int_equal(at(0), 0);
    part(1, BATCH_RECORDED, "failed", 0);
    assert_int_equal(at(0), 1);
    assert_event(0, ALERT_BATCH_FAILED, true, false,
                 "parts that the API refused or lost: 1; the last is part 1 of 70 rows: bad_line: no");
    assert_int_equal(at(0), 0);
    part(2, BATCH_RECORDED, "failed", 0);
    facts.now += CLOCK_MINUTE;
    assert_int_equal(at(60), 1);
    assert_event(0, ALERT_BATCH_FAILED, true, true,
                 "parts that the API refused or lost: 2; the last is part 2 of 70 rows: bad_line: no");
    facts.now += 2 * CLOCK_HOUR;
    assert_int_equal(at(2 * HOUR), 1);
    assert_event(0, ALERT_BATCH_FAILED, false, false, "the API has refused and lost no part for an hour");
    part(3, BATCH_RECORDED, "failed", 0);
    assert_int_equal(at(2 * HOUR), 1);
    assert_event(0, ALERT_BATCH_FAILED, true, false,
                 "parts that the API refused or lost: 1; the last is part 3 of 70 rows: bad_line: no");
}

static void parts_that_expire_are_told(void **state) {
    (void)state;
    assert_int_equal(at(0), 0);
    part(4, BATCH_RECORDED, "expired", 12);
    assert_int_equal(at(0), 1);
    assert_event(
        0, ALERT_BATCH_EXPIRED, true, false,
        "parts that expired: 1; the last is part 4 with 12 of 70 rows done; the others are asked again");
}

// Of a part of 70 rows in a window of a day.
static void a_part_is_late_or_its_window_nearly_over(void **state) {
    (void)state;
    static const struct {
        const char *what;
        uint64_t age, done, slowest; // seconds, rows, seconds
        const char *kind;            // "": nothing is told
    } cases[] = {
        {"young", HOUR, 0, 0, ""},
        {"nothing is done in half of its window", 12 * HOUR + 1, 0, 0, "batch_late"},
        {"some of it is", 12 * HOUR + 1, 1, 0, ""},
        {"others were much faster", 7 * HOUR, 1, HOUR, "batch_late"},
        {"much faster, but it is young", 5 * HOUR, 1, HOUR, ""},
        {"others were not", 7 * HOUR, 1, 3 * HOUR, ""},
        {"two hours are left", 22 * HOUR + 1, 1, 0, "batch_window"},
        {"but all is done", 22 * HOUR + 1, 70, 0, ""},
        {"its window is over", 25 * HOUR, 1, 0, ""},
        {"its results", 26 * 24 * HOUR + 1, 1, 0, "batch_results"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        (void)begin(NULL);
        if (cases[i].slowest > 0) {
            struct batch_record slowest = {.run = "R", .number = 9, .state = BATCH_RECORDED, .made = MADE};
            slowest.at = MADE + cases[i].slowest;
            batch_list_add(&list, &slowest);
        }
        part(1, BATCH_CREATED, "in_progress", cases[i].done);
        uint32_t count = at(cases[i].age);
        const char *kind = count > 0 ? alerts_kind_name(event[0].kind) : "";
        if (count > 1 || strcmp(kind, cases[i].kind) != 0) {
            fail_msg("%s: %u events, %s", cases[i].what, count, kind);
        }
        part(1, BATCH_RECORDED, "completed", 70);
        assert_int_equal(at(cases[i].age), count);
        assert_true(count == 0 || !event[0].raised);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(of_a_run_without_parts_nothing_is_told, begin),
        cmocka_unit_test_setup(what_failed_before_the_run_is_no_news, begin),
        cmocka_unit_test_setup(parts_that_come_to_nothing_are_told, begin),
        cmocka_unit_test_setup(parts_that_expire_are_told, begin),
        cmocka_unit_test_setup(a_part_is_late_or_its_window_nearly_over, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
