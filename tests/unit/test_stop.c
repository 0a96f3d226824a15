// A run that stops, and one whose last verdict was rolled back after it had begun to.
#include "crew/crew.h"
#include "crew/stop.h"
#include "ration/board.h"
#include "ration/slot.h"
#include "unit_arena.h"
#include "unit_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct crew crew;

static int begin(void **state) {
    (void)state;
    crew = (struct crew){.arena = unit_arena(2, 1, 10), .size = 2, .wanted = 2};
    for (uint32_t slot = 0; slot < crew.size; slot++) {
        slot_prepare(crew.arena, slot);
        crew.worker[slot].bell = -1;
        crew.worker[slot].phase = CREW_LIVE;
    }
    return 0;
}

static int end(void **state) {
    (void)state;
    arena_close(crew.arena);
    return 0;
}

static void a_stop_drains_every_worker(void **state) {
    (void)state;
    assert_false(stop_begun(&crew));
    stop_begin(&crew, STOP_ASKED);
    assert_true(stop_begun(&crew));
    for (uint32_t slot = 0; slot < crew.size; slot++) {
        assert_int_equal(crew.worker[slot].phase, CREW_DRAINING);
        assert_int_equal(slot_command(crew.arena, slot), SLOT_LEAVE);
    }
    assert_int_equal(crew.stop.end, STOP_ASKED);
}

// The last verdicts are to be written: whoever is finished waits for room, until somebody asks for an end.
static void only_an_end_before_the_end_waits_for_no_disk(void **state) {
    (void)state;
    stop_begin(&crew, STOP_FINISHED);
    assert_int_equal(slot_command(crew.arena, 0), SLOT_DRAIN);
    stop_begin(&crew, STOP_ASKED);
    assert_int_equal(slot_command(crew.arena, 0), SLOT_LEAVE);
}

// All that judge deaths, adapt, and pause ask the same question: there is no second flag that stays set.
static void a_run_whose_last_verdict_was_rolled_back_stops_no_more(void **state) {
    (void)state;
    stop_begin(&crew, STOP_FINISHED);
    stop_undo(&crew);
    assert_false(stop_begun(&crew));
    stop_begin(&crew, STOP_CANNOT);
    assert_true(stop_begun(&crew));
    assert_int_equal(crew.stop.end, STOP_CANNOT);
}

// Ctrl-C while the last lines are written, by workers that then die.
static void who_asked_meanwhile_is_heard(void **state) {
    (void)state;
    stop_begin(&crew, STOP_FINISHED);
    stop_signalled(&crew, "SIGINT", 1000);
    assert_int_equal(crew.stop.end, STOP_FINISHED);
    stop_undo(&crew);
    assert_true(stop_begun(&crew));
    assert_int_equal(crew.stop.end, STOP_ASKED);
}

static void the_worst_end_counts(void **state) {
    (void)state;
    stop_begin(&crew, STOP_FINISHED);
    stop_begin(&crew, STOP_ASKED); // too late: every artist has a verdict
    assert_int_equal(crew.stop.end, STOP_FINISHED);
    stop_begin(&crew, STOP_CANNOT);
    assert_int_equal(crew.stop.end, STOP_CANNOT);
}

static void one_request_that_comes_twice_is_one(void **state) {
    (void)state;
    struct unit_told told;
    told_begin(&told);
    stop_signalled(&crew, "SIGINT", 1000);
    stop_signalled(&crew, "SIGINT", 2000);
    stop_signalled(&crew, "SIGINT", 3000);
    const char *text = told_end(&told);
    const char *early =
        strstr(text, "SIGINT again within half a second counts as the same; again to stop at once");
    assert_non_null(early); // nothing is swallowed in silence
    assert_null(strstr(early + 1, "SIGINT"));
    assert_true(stop_begun(&crew));
    assert_int_equal(crew.stop.asked_at, 1000);
}

// Whatever was taken for an end: a row without a verdict that nobody left out is left, and then exit is 4.
static void a_row_without_a_verdict_is_left(void **state) {
    (void)state;
    for (uint32_t artist = 0; artist < 10; artist++) {
        assert_int_equal(crew_left(&crew), 10 - artist);
        assert_false(crew_finished(&crew));
        board_set(crew.arena, artist, artist % 2 == 0 ? BOARD_DONE : BOARD_FAILED);
    }
    assert_int_equal(crew_left(&crew), 0);
    assert_true(crew_finished(&crew));
}

static void only_what_was_left_out_as_asked_is_not(void **state) {
    (void)state;
    assert_true(range_table_add(&crew.skipped, (struct range){2, 5}));
    assert_int_equal(crew_left(&crew), 7);
    for (uint32_t artist = 5; artist < 10; artist++) {
        board_set(crew.arena, artist, BOARD_DONE);
    }
    assert_int_equal(crew_left(&crew), 2); // though some were skipped
    board_set(crew.arena, 0, BOARD_DONE);
    board_set(crew.arena, 1, BOARD_FAILED);
    assert_int_equal(crew_left(&crew), 0);
    range_table_free(&crew.skipped);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_stop_drains_every_worker, begin, end),
        cmocka_unit_test_setup_teardown(only_an_end_before_the_end_waits_for_no_disk, begin, end),
        cmocka_unit_test_setup_teardown(a_run_whose_last_verdict_was_rolled_back_stops_no_more, begin, end),
        cmocka_unit_test_setup_teardown(who_asked_meanwhile_is_heard, begin, end),
        cmocka_unit_test_setup_teardown(the_worst_end_counts, begin, end),
        cmocka_unit_test_setup_teardown(a_row_without_a_verdict_is_left, begin, end),
        cmocka_unit_test_setup_teardown(only_what_was_left_out_as_asked_is_not, begin, end),
        cmocka_unit_test_setup_teardown(one_request_that_comes_twice_is_one, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
