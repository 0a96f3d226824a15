#include "ration/board.h"

#include "arena/layout.h"
#include "unit_arena.h"
#include "unit_child.h"
#include "unit_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

// Of one that is not in flight.
static uint32_t crashes_of(struct arena *arena, uint32_t artist) {
    return board_reclaim(arena, artist, false);
}

static void begins_with_nothing_known(void **state) {
    (void)state;
    struct arena *arena = unit_arena(1, 1, 70);
    for (uint32_t artist = 0; artist < 70; artist++) {
        assert_int_equal(board_verdict(arena, artist), BOARD_NONE);
        assert_int_equal(board_attempts(arena, artist), 0);
        assert_int_equal(crashes_of(arena, artist), 0);
        assert_false(board_in_flight(arena, artist));
    }
    assert_int_equal(board_done(arena), 0);
    assert_int_equal(board_failed(arena), 0);
    arena_close(arena);
}

static void counts_attempts_when_they_begin(void **state) {
    (void)state;
    struct arena *arena = unit_arena(1, 1, 3);
    board_begin(arena, 1);
    assert_int_equal(board_attempts(arena, 1), 1);
    assert_true(board_in_flight(arena, 1));
    board_end(arena, 1, true);
    assert_int_equal(board_attempts(arena, 1), 1);
    assert_false(board_in_flight(arena, 1));
    board_begin(arena, 1);
    assert_int_equal(board_attempts(arena, 1), 2);
    board_end(arena, 1, false); // a rate limit costs none
    assert_int_equal(board_attempts(arena, 1), 1);
    for (int i = 0; i < 20; i++) { // and the count stays in its bits
        board_begin(arena, 1);
        board_end(arena, 1, true);
    }
    assert_int_equal(board_attempts(arena, 1), BOARD_MAX_ATTEMPTS);
    assert_int_equal(crashes_of(arena, 1), 0);
    board_end(arena, 2, false);
    assert_int_equal(board_attempts(arena, 2), 0);
    assert_int_equal(board_attempts(arena, 0), 0);
    arena_close(arena);
}

static void reclaims_what_a_dead_worker_had(void **state) {
    (void)state;
    struct arena *arena = unit_arena(1, 1, 3);
    board_set_priority(arena, 1, PRIORITY_LOW);
    board_begin(arena, 1);
    board_end(arena, 1, true);
    for (uint32_t crash = 1; crash <= BOARD_MAX_CRASHES + 2; crash++) {
        uint32_t expected = crash < BOARD_MAX_CRASHES ? crash : BOARD_MAX_CRASHES;
        board_begin(arena, 1);
        assert_int_equal(board_reclaim(arena, 1, true), expected);
        assert_int_equal(crashes_of(arena, 1), expected);
        assert_false(board_in_flight(arena, 1));
        assert_int_equal(board_attempts(arena, 1), 1); // the death costs it no attempt
    }
    // One that was killed from outside is no suspect; nothing in flight, nothing to take back.
    board_begin(arena, 0);
    assert_int_equal(board_reclaim(arena, 0, false), 0);
    assert_int_equal(board_attempts(arena, 0), 0);
    assert_int_equal(board_reclaim(arena, 0, false), 0);
    assert_int_equal(board_reclaim(arena, 1, false), BOARD_MAX_CRASHES);
    assert_int_equal(board_priority(arena, 1), PRIORITY_LOW);
    assert_int_equal(board_verdict(arena, 1), BOARD_NONE);
    arena_close(arena);
}

// Each part of the progress byte keeps to itself, whatever the others are.
static void the_parts_of_progress_do_not_touch_each_other(void **state) {
    (void)state;
    struct unit_random random = {.state = 6};
    struct arena *arena = unit_arena(1, 1, 8);
    uint32_t attempts[8] = {0}, crashes[8] = {0}, priority[8] = {0};
    bool flying[8] = {0};
    for (int step = 0; step < 50000; step++) {
        uint32_t a = unit_random_below(&random, 8);
        switch (unit_random_below(&random, 4)) {
        case 0:
            if (flying[a] || attempts[a] == BOARD_MAX_ATTEMPTS) {
                continue; // callers do neither
            }
            board_begin(arena, a);
            flying[a] = true;
            attempts[a]++;
            break;
        case 1: {
            bool counted = unit_random_below(&random, 2) == 0;
            if (!flying[a]) {
                continue;
            }
            board_end(arena, a, counted);
            flying[a] = false;
            attempts[a] -= !counted;
            break;
        }
        case 2: {
            bool suspect = unit_random_below(&random, 20) == 0;
            crashes[a] += suspect && crashes[a] < BOARD_MAX_CRASHES;
            assert_int_equal(board_reclaim(arena, a, suspect), crashes[a]);
            attempts[a] -= flying[a];
            flying[a] = false;
            break;
        }
        default:
            priority[a] = unit_random_below(&random, PRIORITIES);
            board_set_priority(arena, a, (enum priority)priority[a]);
            break;
        }
        for (uint32_t i = 0; i < 8; i++) {
            assert_int_equal(board_attempts(arena, i), attempts[i]);
            if (!flying[i]) {
                assert_int_equal(crashes_of(arena, i), crashes[i]);
            }
            assert_int_equal(board_priority(arena, i), priority[i]);
            assert_int_equal(board_in_flight(arena, i), flying[i]);
        }
    }
    arena_close(arena);
}

static void set_twice(void *context) {
    board_set(context, 4, BOARD_FAILED);
}

static void set_to_nothing(void *context) {
    board_set(context, 5, BOARD_NONE);
}

static void a_verdict_is_given_once(void **state) {
    (void)state;
    struct arena *arena = unit_arena(1, 1, 40);
    board_set(arena, 4, BOARD_DONE);
    assert_true(child_panics(set_twice, arena));
    assert_true(child_panics(set_to_nothing, arena));
    assert_int_equal(board_verdict(arena, 4), BOARD_DONE);
    assert_int_equal(board_done(arena), 1);
    arena_close(arena);
}

static void searches_like_a_plain_loop(void **state) {
    (void)state;
    static const uint32_t sizes[] = {1, 31, 32, 33, 63, 64, 65, 96, 130, 300};
    struct unit_random random = {.state = 12};
    for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
        // From an empty board to a full one; long finished stretches, as in a real run.
        for (uint32_t share = 0; share <= 10; share++) {
            uint32_t artists = sizes[s];
            struct arena *arena = unit_arena(1, 1, artists);
            uint32_t done = 0, failed = 0;
            for (uint32_t artist = 0; artist < artists; artist++) {
                board_set_priority(arena, artist, (enum priority)unit_random_below(&random, PRIORITIES));
                if (unit_random_below(&random, 10) < share || (share > 4 && artist % 128 < 96)) {
                    bool good = unit_random_below(&random, 5) != 0;
                    board_set(arena, artist, good ? BOARD_DONE : BOARD_FAILED);
                    done += good;
                    failed += !good;
                }
            }
            assert_int_equal(board_done(arena), done);
            assert_int_equal(board_failed(arena), failed);
            for (int i = 0; i < 60; i++) {
                uint32_t first = unit_random_below(&random, artists + 1);
                struct range within = {first, first + unit_random_below(&random, artists - first + 1)};
                enum priority priority = (enum priority)unit_random_below(&random, PRIORITIES);
                uint32_t next = within.end;
                for (uint32_t artist = within.end; artist-- > within.first;) {
                    bool open = board_verdict(arena, artist) == BOARD_NONE;
                    next = open && board_priority(arena, artist) == priority ? artist : next;
                }
                assert_int_equal(board_next(arena, within, priority), next);
            }
            arena_close(arena);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_with_nothing_known),
        cmocka_unit_test(counts_attempts_when_they_begin),
        cmocka_unit_test(reclaims_what_a_dead_worker_had),
        cmocka_unit_test(the_parts_of_progress_do_not_touch_each_other),
        cmocka_unit_test(a_verdict_is_given_once),
        cmocka_unit_test(searches_like_a_plain_loop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
