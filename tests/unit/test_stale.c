#include "stale.h"

#include "ration/arena.h"
#include "ration/board.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static char name[ARENA_NAME_SIZE];

static int name_it(void **state) {
    (void)state;
    (void)snprintf(name, sizeof(name), "/ration-unit-stale-%ld", (long)getpid());
    (void)shm_unlink(name);
    return 0;
}

static int unlink_it(void **state) {
    (void)state;
    (void)shm_unlink(name);
    return 0;
}

static struct arena *create(void) {
    struct arena_config config = {.name = name, .run_id = "stale", .artists = 100, .slots = 2, .sessions = 1};
    struct arena *arena = arena_create(&config);
    assert_non_null(arena);
    return arena;
}

static void counts_what_was_sent_and_not_recorded(void **state) {
    (void)state;
    struct arena *arena = create();
    assert_int_equal(stale_in_doubt(arena), 0);
    board_begin(arena, 0); // in doubt
    board_begin(arena, 99);
    board_begin(arena, 50); // ended: no doubt
    board_end(arena, 50, true);
    board_begin(arena, 33); // recorded: no doubt, though its worker died before it could say so
    board_set(arena, 33, BOARD_DONE);
    board_begin(arena, 34);
    board_set(arena, 34, BOARD_FAILED);
    assert_int_equal(stale_in_doubt(arena), 2);
    arena_close(arena);

    uint32_t in_doubt = 77;
    assert_int_equal(stale_remove(name, &in_doubt), 0);
    assert_int_equal(in_doubt, 2);
    errno = 0;
    assert_null(arena_open(name, false));
    assert_int_equal(errno, ENOENT);
}

static void nothing_to_remove_is_no_error(void **state) {
    (void)state;
    uint32_t in_doubt = 77;
    assert_int_equal(stale_remove(name, &in_doubt), 0);
    assert_int_equal(in_doubt, 0);
}

// A coordinator may be killed while it makes the arena.
static void removes_what_was_never_finished(void **state) {
    (void)state;
    for (off_t size = 0; size <= 1 << 16; size += 1 << 14) {
        uint32_t in_doubt = 77;
        int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        assert_true(fd >= 0);
        assert_int_equal(ftruncate(fd, size), 0);
        (void)close(fd);
        assert_int_equal(stale_remove(name, &in_doubt), 0);
        assert_int_equal(in_doubt, 0);
        arena_close(create()); // the way is free
        assert_int_equal(stale_remove(name, &in_doubt), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(counts_what_was_sent_and_not_recorded, name_it, unlink_it),
        cmocka_unit_test_setup_teardown(nothing_to_remove_is_no_error, name_it, unlink_it),
        cmocka_unit_test_setup_teardown(removes_what_was_never_finished, name_it, unlink_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
