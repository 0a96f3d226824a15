#include "ration/slot_requests.h"

#include "ration/slot_fault.h"

#include "unit_arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct slot_request some[SLOT_REQUESTS];

static void shows_what_is_under_way(void **state) {
    struct arena *arena = *state;
    assert_int_equal(slot_requests_under_way(arena, 1, some), 0);
    uint64_t first = slot_request_begin(arena, 1, 700, 2, 1000);
    uint64_t second = slot_request_begin(arena, 1, 701, 0, 2000);
    assert_int_not_equal(first, second);
    assert_int_equal(slot_requests_under_way(arena, 1, some), 2);
    assert_int_equal(some[0].artist, 701);
    assert_int_equal(some[1].artist, 700);
    assert_int_equal(some[1].session, 2);
    assert_int_equal(some[1].began, 1000);
    assert_int_equal(some[1].ended, 0);
    assert_int_equal(slot_requests_under_way(arena, 0, some), 0);
    slot_request_drop(arena, 1, second);
    assert_int_equal(slot_requests_under_way(arena, 1, some), 1);
    slot_requests_clear(arena, 1);
    assert_int_equal(slot_requests_under_way(arena, 1, some), 0);
}

static void shows_what_ended(void **state) {
    struct arena *arena = *state;
    uint64_t ticket = slot_request_begin(arena, 0, UINT32_MAX - 9, 1, 1000);
    struct slot_request end = {.artist = UINT32_MAX - 9,
                               .session = 15,
                               .began = 1000,
                               .ended = 5000,
                               .outcome = OUTCOME_UNAUTHORISED,
                               .status = 401};
    slot_request_end(arena, 0, ticket, &end);
    assert_int_equal(slot_requests_under_way(arena, 0, some), 0);
    assert_int_equal(slot_requests_ended(arena, 0, some), 1);
    assert_memory_equal(&some[0], &end, sizeof(end));
    slot_requests_clear(arena, 0);
    assert_int_equal(slot_requests_ended(arena, 0, some), 1);
}

// More at once than there are places: the latest are shown, and the end of an earlier one leaves them alone.
static void keeps_to_its_places(void **state) {
    struct arena *arena = *state;
    uint64_t ticket[3 * SLOT_REQUESTS];
    for (uint32_t i = 0; i < 3 * SLOT_REQUESTS; i++) {
        ticket[i] = slot_request_begin(arena, 1, i, 0, i + 1);
    }
    for (uint32_t i = 0; i < 2 * SLOT_REQUESTS; i++) {
        struct slot_request end = {.artist = i, .began = i + 1, .ended = i + 500, .status = 200};
        slot_request_end(arena, 1, ticket[i], &end);
    }
    assert_int_equal(slot_requests_under_way(arena, 1, some), SLOT_REQUESTS);
    for (uint32_t i = 0; i < SLOT_REQUESTS; i++) {
        assert_int_equal(some[i].artist, 3 * SLOT_REQUESTS - 1 - i);
    }
    assert_int_equal(slot_requests_ended(arena, 1, some), SLOT_REQUESTS);
    assert_int_equal(some[0].artist, 2 * SLOT_REQUESTS - 1);
    assert_int_equal(slot_requests_ended(arena, 0, some), 0);
}

// By their status, whatever their class is.
static void counts_those_that_are_too_many(void **state) {
    (void)state;
    static const struct {
        uint32_t status;
        enum outcome_class kind;
    } ends[] = {{429, OUTCOME_RATE_LIMITED}, {429, OUTCOME_QUOTA_EXHAUSTED}, {402, OUTCOME_QUOTA_EXHAUSTED},
                {429, OUTCOME_NO_CAPACITY},  {200, OUTCOME_RATE_LIMITED},    {0, OUTCOME_NETWORK_FAULT}};
    struct arena *arena = unit_arena(2, 1, 10);
    struct slot_report report;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        struct slot_request end = {.began = 1, .ended = 2, .status = ends[i].status, .outcome = ends[i].kind};
        slot_request_end(arena, 1, slot_request_begin(arena, 1, 3, 0, 1), &end);
    }
    slot_report(arena, 1, &report);
    assert_int_equal(report.status_429, 3);
    slot_report(arena, 0, &report);
    assert_int_equal(report.status_429, 0);
    arena_close(arena);
}

static int set_up(void **state) {
    *state = unit_arena(2, 1, 1000);
    return 0;
}

static int tear_down(void **state) {
    arena_close(*state);
    return 0;
}

static void keeps_the_latest_fault(void **state) {
    (void)state;
    struct arena *arena = unit_arena(2, 1, 10);
    struct slot_fault fault, seen;
    assert_false(slot_fault_look(arena, 1, &seen));
    assert_int_equal(seen.at, 0);
    fault = (struct slot_fault){.at = 77, .kind = OUTCOME_OVERLOADED, .session = 3, .status = 503};
    memset(fault.text, 'x', sizeof(fault.text)); // too long, and its end is half a character
    fault.text[SLOT_FAULT_TEXT - 2] = '\xc3';
    slot_fault_note(arena, 1, &fault);
    assert_true(slot_fault_look(arena, 1, &seen));
    assert_int_equal(seen.at, 77);
    assert_int_equal(seen.kind, OUTCOME_OVERLOADED);
    assert_int_equal(seen.session, 3);
    assert_int_equal(seen.status, 503);
    assert_int_equal(strlen(seen.text), SLOT_FAULT_TEXT - 2);
    assert_false(slot_fault_look(arena, 0, &seen));
    fault = (struct slot_fault){.at = 78, .kind = OUTCOME_NETWORK_FAULT, .text = "Connection refused"};
    slot_fault_note(arena, 1, &fault);
    slot_prepare(arena, 1); // why the one before it failed is still of interest
    assert_true(slot_fault_look(arena, 1, &seen));
    assert_string_equal(seen.text, "Connection refused");
    arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_those_that_are_too_many),
        cmocka_unit_test(keeps_the_latest_fault),
        cmocka_unit_test_setup_teardown(shows_what_is_under_way, set_up, tear_down),
        cmocka_unit_test_setup_teardown(shows_what_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keeps_to_its_places, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
