#include "crew/in_doubt.h"

#include "ration/arena.h"
#include "ration/board.h"
#include "unit_told.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#define MARK 0x1234567890abcdefULL

static char name[ARENA_NAME_SIZE];
static char aside[ARENA_NAME_SIZE];

static int name_it(void **state) {
    (void)state;
    (void)snprintf(name, sizeof(name), "/ration-unit-doubt-%ld", (long)getpid());
    (void)snprintf(aside, sizeof(aside), "/ration-unit-doubt-%ld-stale", (long)getpid());
    (void)shm_unlink(name);
    (void)shm_unlink(aside);
    return 0;
}

static int unlink_it(void **state) {
    (void)state;
    (void)shm_unlink(name);
    (void)shm_unlink(aside);
    return 0;
}

// What a killed run leaves behind.
static void leave_an_arena(void) {
    struct arena_config config = {
        .name = name, .run_id = "stale", .input_mark = MARK, .artists = 100, .slots = 2, .sessions = 1};
    struct arena *arena = arena_create(&config);
    assert_non_null(arena);
    assert_int_equal(in_doubt_count(arena), 0);
    board_begin(arena, 0); // in doubt
    board_begin(arena, 98);
    board_begin(arena, 99);
    board_begin(arena, 50); // ended: no doubt
    board_end(arena, 50, true);
    board_begin(arena, 33); // has a verdict, though its worker died before it could say that it ended
    board_set(arena, 33, BOARD_DONE);
    board_begin(arena, 34);
    board_set(arena, 34, BOARD_FAILED);
    assert_int_equal(in_doubt_count(arena), 3);
    arena_close(arena);
}

static char whose[ARENA_RUN_ID_SIZE]; // what was taken last

static int take(uint64_t mark, struct range_table *artists, uint32_t *unknown) {
    struct unit_told told;
    struct in_doubt_stale stale = {.artists = *artists, .unknown = 77, .run_id = "nobody"};
    told_begin(&told);
    int result = in_doubt_take_stale(name, mark, &stale);
    (void)told_end(&told);
    *artists = stale.artists;
    *unknown = stale.unknown;
    (void)memcpy(whose, stale.run_id, sizeof(whose));
    return result;
}

// The way is free; what was found is kept until it is forgotten.
static void assert_gone(void) {
    errno = 0;
    assert_null(arena_open(name, false));
    assert_int_equal(errno, ENOENT);
    assert_int_equal(in_doubt_forget_stale(name), 0);
    assert_int_equal(in_doubt_forget_stale(name), 0);
    assert_null(arena_open(aside, false));
    assert_int_equal(errno, ENOENT);
}

static void finds_what_was_in_flight(void **state) {
    (void)state;
    struct range_table artists = {0};
    uint32_t unknown = 77;
    leave_an_arena();
    assert_int_equal(take(MARK, &artists, &unknown), 0);
    assert_int_equal(unknown, 0);
    assert_string_equal(whose, "stale");
    // Verdicts are not believed: those that the output holds are left out later.
    static const struct range expected[] = {{0, 1}, {33, 35}, {98, 100}};
    assert_int_equal(artists.count, 3);
    assert_memory_equal(artists.range, expected, sizeof(expected));
    assert_gone();
    range_table_free(&artists);
}

// A resume may fail after it found them, when a new arena stands in the old one's place already, or a new
// output in that of the old.
static void finds_them_again_until_they_are_forgotten(void **state) {
    (void)state;
    struct range_table artists[3] = {0};
    uint32_t unknown = 77;
    char next[ARENA_NAME_SIZE];
    leave_an_arena();
    assert_int_equal(take(MARK, &artists[0], &unknown), 0);
    struct arena_config config = {
        .name = name, .run_id = "failed", .input_mark = MARK, .artists = 100, .slots = 2, .sessions = 1};
    arena_close(arena_create(&config));
    assert_int_equal(take(MARK, &artists[1], &unknown), 0);
    (void)snprintf(next, sizeof(next), "/ration-unit-doubt-%ld-next", (long)getpid());
    assert_int_equal(in_doubt_keep_for(name, next), 0);
    assert_int_equal(in_doubt_forget_stale(name), 0);
    assert_int_equal(arena_remove(name), 0);
    (void)memcpy(name, next, sizeof(name));
    assert_int_equal(take(MARK, &artists[2], &unknown), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(range_table_size(&artists[i]), 5);
        range_table_free(&artists[i]);
    }
    assert_int_equal(in_doubt_keep_for(aside, next), 0); // nothing to keep: what stood there was another's
    assert_gone();
}

// However often it looks at them without deciding.
static void a_run_that_ends_with_some_undecided_leaves_them(void **state) {
    (void)state;
    struct range_table artists = {0};
    uint32_t unknown = 77;
    leave_an_arena();
    struct arena *arena = arena_open(name, true);
    in_doubt_leave(arena, name);
    arena_close(arena);
    assert_null(arena_open(name, false));
    assert_int_equal(take(MARK, &artists, &unknown), 0);
    assert_int_equal(range_table_size(&artists), 5);
    range_table_free(&artists);
    assert_gone();
    struct arena_config config = {
        .name = name, .run_id = "through", .input_mark = MARK, .artists = 100, .slots = 2, .sessions = 1};
    arena = arena_create(&config);
    in_doubt_leave(arena, name);
    arena_close(arena);
    assert_gone(); // nothing is in doubt
}

// Numbers of artists of another input mean nothing: they are only counted.
static void counts_those_of_another_input(void **state) {
    (void)state;
    struct range_table artists = {0};
    uint32_t unknown = 77;
    leave_an_arena();
    assert_int_equal(take(MARK + 1, &artists, &unknown), 0);
    assert_int_equal(unknown, 3);
    assert_string_equal(whose, "");
    assert_int_equal(artists.count, 0);
    assert_gone();
}

static void nothing_to_take_is_no_error(void **state) {
    (void)state;
    struct range_table artists = {0};
    uint32_t unknown = 77;
    assert_int_equal(take(MARK, &artists, &unknown), 0);
    assert_int_equal(unknown, 0);
    assert_string_equal(whose, "");
    assert_int_equal(artists.count, 0);
}

// A coordinator may be killed while it makes the arena.
static void removes_what_was_never_finished(void **state) {
    (void)state;
    for (off_t size = 0; size <= 1 << 16; size += 1 << 14) {
        struct range_table artists = {0};
        uint32_t unknown = 77;
        int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        assert_true(fd >= 0);
        assert_int_equal(ftruncate(fd, size), 0);
        (void)close(fd);
        assert_int_equal(take(0, &artists, &unknown), 0);
        assert_int_equal(unknown, 0);
        assert_int_equal(artists.count, 0);
        assert_gone(); // the way is free
    }
}

static void the_policy_says_where_they_go(void **state) {
    (void)state;
    static struct crew crew;
    crew.in_doubt_policy = OPTIONS_IN_DOUBT_RETRY;
    assert_null(in_doubt_place(&crew)); // asked again
    crew.in_doubt_policy = OPTIONS_IN_DOUBT_SKIP;
    assert_ptr_equal(in_doubt_place(&crew), &crew.skipped);
    crew.in_doubt_policy = OPTIONS_IN_DOUBT_FAIL;
    assert_ptr_equal(in_doubt_place(&crew), &crew.lost);
    crew.in_doubt_policy = OPTIONS_IN_DOUBT_RETRY;
    crew.stop = (struct stop){.begun = true, .end = STOP_FINISHED}; // may be undone
    assert_null(in_doubt_place(&crew));
    crew.stop.end = STOP_ASKED;
    assert_ptr_equal(in_doubt_place(&crew), &crew.kept);
    crew.stop.end = STOP_CANNOT;
    assert_ptr_equal(in_doubt_place(&crew), &crew.kept);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_what_was_in_flight, name_it, unlink_it),
        cmocka_unit_test_setup_teardown(finds_them_again_until_they_are_forgotten, name_it, unlink_it),
        cmocka_unit_test_setup_teardown(a_run_that_ends_with_some_undecided_leaves_them, name_it, unlink_it),
        cmocka_unit_test_setup_teardown(counts_those_of_another_input, name_it, unlink_it),
        cmocka_unit_test_setup_teardown(nothing_to_take_is_no_error, name_it, unlink_it),
        cmocka_unit_test_setup_teardown(removes_what_was_never_finished, name_it, unlink_it),
        cmocka_unit_test(the_policy_says_where_they_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
