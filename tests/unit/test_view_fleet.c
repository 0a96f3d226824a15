// The machines of a fleet, as people see them.
#include "view/view_fleet.h"

#include "ration/clock.h"
#include "unit_status.h"
#include "view/view_tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct snapshot_fleet fleet(void) {
    return (struct snapshot_fleet){
        .run = "bios",
        .phase = "at work",
        .live = 1,
        .silent = 1,
        .dead = 1,
        .done = 4711,
        .failed = 2,
        .rate = 70300,
        .chunks = 24,
        .open = 5,
        .tick = 7,
        .machines = 3,
        .machine = {{.host = "a",
                     .id = "7eb42a77",
                     .state = "live",
                     .self = 1,
                     .rate = 70300,
                     .share = 410000,
                     .done = 801},
                    {.host = "b", .id = "1bbf57b2", .state = "dead", .silent = 61000},
                    {.host = "c", .id = "9ad04c11", .state = "silent", .silent = 6000}},
    };
}

static const char *shown(const struct snapshot_fleet *of, unsigned width, unsigned most) {
    static struct view view;
    view_begin(&view, width, most, false);
    view_fleet(&view, of);
    return view.text;
}

static void all_machines_are_shown(void **state) {
    (void)state;
    struct snapshot_fleet of = fleet();
    const char *text = shown(&of, 200, 20);
    assert_non_null(strstr(
        text,
        "fleet bios | this machine at work | 1 at work, 1 silent, 1 given up | the database answers in 7 ms\n"
        "all machines | 4711 done, 2 failed | 70.3 artists a second | 19 of 24 chunks done\n"));
    assert_non_null(strstr(text, "a                    7eb42a77 this one     41 %     70.3"));
    assert_non_null(strstr(text, "b                    1bbf57b2 given up "));
    assert_non_null(strstr(text, "  61 s\n"));
    assert_non_null(strstr(text, "c                    9ad04c11 silent "));
    of.away = 65 * CLOCK_SECOND;
    of.open = SNAPSHOT_UNKNOWN;
    of.done = SNAPSHOT_UNKNOWN;
    of.unshipped = 12345;
    of.late = 3;
    text = shown(&of, 200, 20);
    assert_non_null(strstr(
        text, "| the database has not answered for 65 s\n"
              "all machines | 70.3 artists a second | 12.3k bytes not handed in | 3 answers too late\n"));
    of.live = 40; // more than are told
    text = shown(&of, 200, 20);
    assert_non_null(strstr(text, "and 39 more machines\n"));
    text = shown(&of, 200, 5);
    assert_non_null(strstr(text, "7eb42a77 this one"));
    assert_non_null(strstr(text, "and 41 more machines\n"));
    assert_null(strstr(text, "1bbf57b2"));
}

static void nothing_of_a_run_that_is_no_member(void **state) {
    (void)state;
    struct snapshot_fleet of = {.run = ""};
    assert_string_equal(shown(&of, 200, 20), "");
}

static void it_keeps_to_its_room(void **state) {
    (void)state;
    struct snapshot_fleet of = fleet();
    assert_string_equal(shown(&of, 200, 3), "");
    for (unsigned width = 1; width < 120; width += 7) {
        const char *text = shown(&of, width, 4);
        size_t longest = 0, lines = 0;
        for (const char *line = text; *line != '\0'; lines++) {
            size_t length = strcspn(line, "\n");
            longest = length > longest ? length : longest;
            line += length + (line[length] == '\n');
        }
        assert_true(longest <= width && lines <= 4);
    }
}

// The display of a run, `ration top` and `ration status` have the same tables.
static void they_stand_among_all_tables(void **state) {
    (void)state;
    static struct view view;
    struct arena *arena = unit_status_arena(UNIT_STATUS_NOW);
    struct run_status *status = unit_status(arena);
    status->now.gossip.fleet = fleet();
    view_begin(&view, 200, 40, false);
    view_tables(&view, status);
    const char *sessions = strstr(view.text, "SESSION"), *machines = strstr(view.text, "fleet bios");
    const char *workers = strstr(view.text, "WORKER");
    assert_true(sessions != NULL && machines > sessions && workers > machines);
    free(status);
    arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_machines_are_shown),
        cmocka_unit_test(nothing_of_a_run_that_is_no_member),
        cmocka_unit_test(it_keeps_to_its_room),
        cmocka_unit_test(they_stand_among_all_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
