#include "view/top_keys.h"

#include "unit_status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static struct view view;
static struct run_status status;
static struct top_keys keys;

// Four workers with lines, of which the last is no longer wanted, and one slot that is free.
static int begin(void **state) {
    (void)state;
    static const struct {
        uint32_t flight;
        uint64_t done, failed, latency, restarts, memory;
    } of[] = {
        {3, 10, 0, 9000, 0, 900}, {7, 40, 2, 4000, 1, 500}, {3, 20, 5, 90000, 0, 700}, {1, 0, 0, 0, 9, 100}};
    memset(&status, 0, sizeof(status));
    status.now = (struct snapshot){.at = 100 * CLOCK_SECOND, .slots = 5, .wanted = 3, .artists = 100};
    for (uint32_t slot = 0; slot < 5; slot++) {
        status.worker_state[slot] = "working";
    }
    for (uint32_t slot = 0; slot < 4; slot++) {
        status.now.worker[slot].report = (struct slot_report){.pid = 100 + (pid_t)slot,
                                                              .started = 40 * CLOCK_SECOND,
                                                              .heartbeat = 99 * CLOCK_SECOND,
                                                              .in_flight = of[slot].flight,
                                                              .done = of[slot].done,
                                                              .failed = of[slot].failed,
                                                              .latency_ms_sum = of[slot].latency};
        status.now.gossip.restarts[slot] = of[slot].restarts;
        status.worker_memory[slot] = of[slot].memory << 20;
    }
    top_keys_begin(&keys);
    return 0;
}

static enum top_keys_wish type(const char *text) {
    return top_keys_take(&keys, text, strlen(text), &status);
}

static void sorts(void **state) {
    (void)state;
    static const struct {
        enum view_workers_sort sort;
        const char *name;
        uint32_t order[4];
    } sorts[VIEW_WORKERS_SORTS] = {
        {VIEW_WORKERS_BY_NUMBER, "number", {0, 1, 2, 3}},
        {VIEW_WORKERS_BY_FLIGHT, "in flight", {1, 0, 2, 3}},
        {VIEW_WORKERS_BY_DONE, "done", {1, 2, 0, 3}},
        {VIEW_WORKERS_BY_FAILED, "failed", {2, 1, 0, 3}},
        {VIEW_WORKERS_BY_RESTARTS, "restarts", {3, 1, 0, 2}},
        {VIEW_WORKERS_BY_LATENCY, "latency", {2, 0, 1, 3}},
        {VIEW_WORKERS_BY_MEMORY, "memory", {0, 2, 1, 3}},
    };
    for (size_t i = 0; i < VIEW_WORKERS_SORTS; i++) {
        uint32_t order[BOUNDS_SLOTS];
        assert_int_equal(keys.choice.sort, sorts[i].sort);
        assert_string_equal(view_workers_sort_name(keys.choice.sort), sorts[i].name);
        assert_int_equal(view_workers_order(&status, sorts[i].sort, order), 4);
        for (size_t at = 0; at < 4; at++) {
            assert_int_equal(order[at], sorts[i].order[at]);
        }
        assert_int_equal(type("s"), TOP_KEYS_NOTHING);
    }
    assert_int_equal(keys.choice.sort, VIEW_WORKERS_BY_NUMBER); // once round
    (void)type("S");
    assert_int_equal(keys.choice.sort, VIEW_WORKERS_BY_MEMORY);
}

// What is chosen stays chosen whatever its place is.
static void chooses(void **state) {
    (void)state;
    static const struct {
        const char *typed;
        uint32_t slot;
    } steps[] = {
        {"\033[B", 0}, {"j", 1},  {"\033OB", 2}, {"j", 3},         {"j", 3},        {"\033[A", 2},
        {"k", 1},      {"ss", 1}, {"k", 1},      {"\033[1;5B", 2}, {"\033[3~j", 0}, {"\033q", 0},
    };
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        enum top_keys_wish wish = type(steps[i].typed);
        assert_int_equal(wish, steps[i].typed[1] == 'q' ? TOP_KEYS_LEAVE : TOP_KEYS_NOTHING);
        if (keys.choice.slot != steps[i].slot) {
            fail_msg("step %zu: slot %u, not %u", i, keys.choice.slot, steps[i].slot);
        }
    }
    top_keys_begin(&keys);
    (void)type("\033");
    (void)type("[");
    (void)type("A"); // in pieces; up from none is the last
    assert_int_equal(keys.choice.slot, 3);
}

static void wishes(void **state) {
    (void)state;
    assert_int_equal(type("q"), TOP_KEYS_LEAVE);
    assert_int_equal(type("Q"), TOP_KEYS_LEAVE);
    assert_int_equal(type("jjp"), TOP_KEYS_PAUSE);
    assert_int_equal(type("x\001\177 \033[p"), TOP_KEYS_NOTHING); // the p ends a sequence
    assert_int_equal(type(""), TOP_KEYS_NOTHING);
}

static void shows_all_of_one(void **state) {
    (void)state;
    struct slot_fault fault = {
        .at = 1, .kind = OUTCOME_SERVER_FAULT, .status = 500, .text = "It \033[31mfell"};
    status.now.worker[1].fault = fault;
    status.now.worker[1].report.outcome[OUTCOME_SERVER_FAULT] = 12;
    status.now.worker[1].report.outcome[OUTCOME_RATE_LIMITED] = 3;
    (void)type("\r");
    assert_true(keys.detail);
    assert_int_equal(keys.choice.slot, 0); // the first, where none was chosen
    (void)type("j");
    view_begin(&view, 120, 20, false);
    view_workers_one(&view, &status, keys.choice.slot);
    static const char *const told[] = {
        "W02      working, pid 101, for 1:00, seen 1.0 s ago, 500 MB, 1 restart, latency 0.10 s\n",
        "has      7 in flight", "did      40 done, 2 failed", "failures 3 rate_limited, 12 server_fault\n",
        "last     server_fault: status 500, It  [31mfell\n"};
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        if (strstr(view.text, told[i]) == NULL) {
            fail_msg("%s is not in %s", told[i], view.text);
        }
    }
    (void)type("\n");
    assert_false(keys.detail);
}

static void who_has_gone_is_not_chosen(void **state) {
    (void)state;
    (void)type("k\r");
    assert_true(keys.detail);
    assert_int_equal(keys.choice.slot, 3);
    top_keys_look(&keys, &status);
    assert_true(keys.detail);
    status.now.worker[3].report.pid = 0; // was no longer wanted, and has ended
    top_keys_look(&keys, &status);
    assert_false(keys.detail);
    assert_int_equal(keys.choice.slot, VIEW_WORKERS_NONE);
    status.now.slots = 0;
    (void)type("jk\r");
    assert_int_equal(keys.choice.slot, VIEW_WORKERS_NONE);
    assert_false(keys.detail);
}

// The chosen one is in sight at any height, and the rest is counted.
static void the_chosen_one_is_shown(void **state) {
    (void)state;
    for (unsigned height = 3; height <= 6; height++) {
        for (uint32_t slot = 0; slot < 4; slot++) {
            char line[16], more[40];
            keys.choice.slot = slot;
            view_begin(&view, 100, height, false);
            view_workers(&view, &status, &keys.choice);
            (void)snprintf(line, sizeof(line), "W%02u <", slot + 1);
            assert_non_null(strstr(view.text, line));
            (void)snprintf(more, sizeof(more), "and %u more workers\n", 4 - (height - 2));
            assert_int_equal(strstr(view.text, more) != NULL, height < 5);
            assert_true(view.lines <= height);
        }
    }
    view_begin(&view, 100, 2, false);
    view_workers(&view, &status, &keys.choice);
    assert_non_null(strstr(view.text, "and 4 more workers\n"));
}

static void names_the_keys(void **state) {
    (void)state;
    for (unsigned width = 1; width < 120; width++) {
        view_begin(&view, width, 1, false);
        top_keys_help(&keys, &status, &view);
        assert_true(strlen(view.text) <= width + 1);
    }
    assert_string_equal(view.text,
                        "q leave   p pause the run   s sort: by number   up, down choose a worker   "
                        "Enter all of it\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sorts, begin),
        cmocka_unit_test_setup(chooses, begin),
        cmocka_unit_test_setup(wishes, begin),
        cmocka_unit_test_setup(shows_all_of_one, begin),
        cmocka_unit_test_setup(who_has_gone_is_not_chosen, begin),
        cmocka_unit_test_setup(the_chosen_one_is_shown, begin),
        cmocka_unit_test_setup(names_the_keys, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
