#include "crew/assign.h"

#include "ration/board.h"
#include "ration/slot.h"
#include "unit_arena.h"
#include "unit_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <cmocka.h>

enum { MOST = 6000 };

// A crew whose workers are played by the test.
struct play {
    struct crew crew;
    struct input_index index;
    struct settings settings;
    uint32_t artists;
    uint8_t handled[MOST];
};

static void begin(struct play *play, uint32_t workers, uint32_t artists, uint32_t in_flight) {
    memset(play, 0, sizeof(*play));
    assert_true(artists <= MOST);
    struct crew *crew = &play->crew;
    crew->arena = unit_arena(workers, 1, artists);
    crew->size = workers;
    crew->index = &play->index;
    crew->settings = &play->settings;
    play->settings.in_flight = in_flight;
    play->artists = artists;
    for (uint32_t i = 0; i < artists; i++) {
        assert_int_equal(input_index_add(&play->index, 1000 + i * 10, 2 + i, 0, PRIORITY_NORMAL), 0);
        board_set_priority(crew->arena, i, PRIORITY_NORMAL);
    }
    for (uint32_t slot = 0; slot < workers; slot++) {
        slot_prepare(crew->arena, slot);
        crew->worker[slot].phase = CREW_LIVE;
        crew->worker[slot].alone = CREW_NOBODY;
        crew->worker[slot].bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        assert_true(crew->worker[slot].bell >= 0);
    }
    for (int p = 0; p < PRIORITIES; p++) {
        assert_true(range_table_add(&crew->free[p], (struct range){0, artists}));
    }
}

static void end(struct play *play) {
    crew_free(&play->crew);
    input_index_free(&play->index);
    arena_close(play->crew.arena);
}

static void finish(struct play *play, uint32_t artist) {
    assert_int_equal(play->handled[artist]++, 0);
    board_set(play->crew.arena, artist, BOARD_DONE);
}

// As a worker does it: claims the next artist that is its order's business. false: there is none.
static bool take_one(struct play *play, uint32_t slot, uint32_t *artist, struct slot_order *order) {
    while (slot_current(play->crew.arena, slot, order)) {
        while (slot_claim(play->crew.arena, slot, artist)) {
            if (board_verdict(play->crew.arena, *artist) == BOARD_NONE &&
                board_priority(play->crew.arena, *artist) == order->priority) {
                return true;
            }
        }
    }
    return false;
}

static bool ring_heard(struct play *play, uint32_t slot) {
    eventfd_t value;
    return eventfd_read(play->crew.worker[slot].bell, &value) == 0;
}

static uint32_t free_artists(const struct play *play) {
    uint32_t count = range_table_size(&play->crew.suspects);
    for (int p = 0; p < PRIORITIES; p++) {
        count += range_table_size(&play->crew.free[p]);
    }
    return count;
}

static uint32_t held_artists(const struct play *play, uint32_t slot) {
    uint32_t count = 0;
    for (int p = 0; p < PRIORITIES; p++) {
        count += range_table_size(&play->crew.worker[slot].held[p]);
    }
    return count;
}

static void each_has_a_range_and_one_in_reserve(void **state) {
    (void)state;
    struct play play;
    struct slot_order order;
    begin(&play, 3, 6000, 64);
    assert_true(assign_orders(&play.crew));
    for (uint32_t slot = 0; slot < 3; slot++) {
        assert_int_equal(slot_reserve(play.crew.arena, slot), 1);
        assert_true(ring_heard(&play, slot));
        assert_false(ring_heard(&play, slot));
    }
    assert_true(assign_orders(&play.crew)); // nobody has begun: nothing to do
    assert_false(ring_heard(&play, 1));
    assert_true(slot_current(play.crew.arena, 1, &order));
    // Where to read: the record of a known place at or before the first, with its offset and line.
    assert_true(order.seek_artist <= order.range.first && order.range.first - order.seek_artist < 64);
    assert_int_equal(order.offset, 1000 + order.seek_artist * 10);
    assert_int_equal(order.line, 2 + order.seek_artist);
    assert_int_equal(order.priority, PRIORITY_NORMAL);
    assert_false(order.alone);
    assert_true(assign_orders(&play.crew));
    assert_true(ring_heard(&play, 1));
    assert_int_equal(slot_reserve(play.crew.arena, 1), 1);
    assert_true(slot_current(play.crew.arena, 1, &order));
    // What was given is on the coordinator's list: it would be lost with the worker otherwise.
    uint32_t held = held_artists(&play, 0) + held_artists(&play, 1) + held_artists(&play, 2);
    assert_int_equal(range_table_size(&play.crew.free[PRIORITY_NORMAL]) + held, 6000);
    end(&play);
}

static void only_who_works_is_given_work(void **state) {
    (void)state;
    struct play play;
    begin(&play, 4, 1000, 8);
    play.crew.worker[0].phase = CREW_ABSENT;
    play.crew.worker[1].phase = CREW_DEAD;
    play.crew.worker[2].phase = CREW_DRAINING;
    assert_true(assign_orders(&play.crew));
    for (uint32_t slot = 0; slot < 3; slot++) {
        assert_int_equal(slot_reserve(play.crew.arena, slot), 0);
        assert_false(ring_heard(&play, slot));
        assert_int_equal(held_artists(&play, slot), 0);
    }
    assert_int_equal(slot_reserve(play.crew.arena, 3), 1);
    end(&play);
}

static void high_priority_goes_before_normal_before_low(void **state) {
    (void)state;
    struct play play;
    struct unit_random random = {.state = 3};
    begin(&play, 1, 3000, 16);
    for (uint32_t i = 0; i < 3000; i++) {
        board_set_priority(play.crew.arena, i, (enum priority)unit_random_below(&random, PRIORITIES));
        if (unit_random_below(&random, 10) == 0) {
            board_set(play.crew.arena, i, BOARD_DONE); // by an earlier run
            play.handled[i] = 1;
        }
    }
    uint32_t last = 0, handled = 0;
    enum priority priority = PRIORITY_HIGH;
    for (;;) {
        uint32_t artist;
        struct slot_order order;
        assert_true(assign_orders(&play.crew));
        if (!take_one(&play, 0, &artist, &order)) {
            break;
        }
        assert_true(order.priority >= priority);
        assert_true(order.priority > priority || handled == 0 || artist > last); // in input order
        priority = order.priority;
        last = artist;
        handled++;
        finish(&play, artist);
    }
    for (uint32_t i = 0; i < 3000; i++) {
        assert_int_equal(play.handled[i], 1);
    }
    assert_int_equal(priority, PRIORITY_LOW);
    end(&play);
}

// Nobody is given normal artists while one of high priority has no owner.
static void no_worker_begins_low_while_high_is_left(void **state) {
    (void)state;
    struct play play;
    begin(&play, 4, 2000, 4);
    for (uint32_t i = 1500; i < 2000; i++) {
        board_set_priority(play.crew.arena, i, PRIORITY_HIGH);
    }
    uint32_t left = 2000;
    while (left > 0) {
        assert_true(assign_orders(&play.crew));
        for (uint32_t slot = 0; slot < 4; slot++) {
            bool has_normal = range_table_size(&play.crew.worker[slot].held[PRIORITY_NORMAL]) > 0;
            assert_false(has_normal && play.crew.free[PRIORITY_HIGH].count > 0);
            uint32_t artist;
            struct slot_order order;
            if (take_one(&play, slot, &artist, &order)) {
                finish(&play, artist);
                left--;
            }
        }
        assert_true(assign_sweep(&play.crew));
    }
    end(&play);
}

static void suspects_are_given_one_at_a_time(void **state) {
    (void)state;
    struct play play;
    begin(&play, 3, 600, 8);
    for (int p = 0; p < PRIORITIES; p++) {
        assert_true(range_table_remove(&play.crew.free[p], (struct range){100, 103}));
    }
    assert_true(range_table_add(&play.crew.suspects, (struct range){100, 103}));
    board_set_priority(play.crew.arena, 101, PRIORITY_LOW);
    for (uint32_t suspect = 100; suspect < 103; suspect++) {
        for (int again = 0; again < 3; again++) { // however often it is asked: no second one
            assert_true(assign_orders(&play.crew));
            uint32_t alone = 0;
            for (uint32_t slot = 0; slot < 3; slot++) {
                alone += play.crew.worker[slot].alone != CREW_NOBODY;
                assert_true(play.crew.worker[slot].alone == CREW_NOBODY ||
                            play.crew.worker[slot].alone == suspect);
            }
            assert_int_equal(alone, 1);
        }
        // Whoever has it works until it comes, and then finds it alone in its order.
        uint32_t slot = 0;
        while (play.crew.worker[slot].alone == CREW_NOBODY) {
            slot++;
        }
        uint32_t artist;
        struct slot_order order;
        do {
            assert_true(take_one(&play, slot, &artist, &order));
            assert_int_equal(order.alone, artist == suspect);
            finish(&play, artist);
        } while (artist != suspect);
        assert_int_equal(order.priority, board_priority(play.crew.arena, suspect));
        assert_true(assign_sweep(&play.crew));
        assert_int_equal(play.crew.worker[slot].alone, CREW_NOBODY);
    }
    assert_int_equal(play.crew.suspects.count, 0);
    end(&play);
}

static void the_largest_remainder_is_split(void **state) {
    (void)state;
    struct play play;
    struct slot_order order;
    uint32_t artist;
    begin(&play, 2, 100, 64);
    // One worker was given all of it and has begun; nothing is left for the other.
    play.crew.worker[1].phase = CREW_ABSENT;
    while (range_table_size(&play.crew.free[PRIORITY_NORMAL]) > 0) {
        assert_true(assign_orders(&play.crew));
        (void)slot_current(play.crew.arena, 0, &order);
        while (range_table_size(&play.crew.free[PRIORITY_NORMAL]) > 0 &&
               slot_reserve(play.crew.arena, 0) == 0) {
            assert_true(assign_orders(&play.crew));
        }
        if (range_table_size(&play.crew.free[PRIORITY_NORMAL]) > 0) {
            assert_true(take_one(&play, 0, &artist, &order));
            finish(&play, artist);
        }
    }
    uint32_t first, given, largest = 0;
    slot_sequences(play.crew.arena, 0, &first, &given);
    for (uint32_t sequence = first; sequence < given; sequence++) {
        uint32_t size = range_size(slot_unclaimed(play.crew.arena, 0, sequence));
        largest = size > largest ? size : largest;
    }
    uint32_t before = held_artists(&play, 0);
    play.crew.worker[1].phase = CREW_LIVE;
    assert_true(assign_orders(&play.crew));
    assert_true(slot_current(play.crew.arena, 1, &order));
    assert_int_equal(range_size(order.range), largest - largest / 2);
    assert_int_equal(held_artists(&play, 1), largest - largest / 2);
    assert_int_equal(held_artists(&play, 0), before - (largest - largest / 2));
    assert_int_equal(order.priority, PRIORITY_NORMAL);
    // Half by half to the end: nobody is idle while another has something unclaimed.
    for (;;) {
        bool any = false;
        assert_true(assign_orders(&play.crew));
        for (uint32_t slot = 0; slot < 2; slot++) {
            if (take_one(&play, slot, &artist, &order)) {
                finish(&play, artist);
                any = true;
            }
        }
        if (!any) {
            break;
        }
    }
    assert_int_equal(board_done(play.crew.arena), 100);
    end(&play);
}

static void withdrawing_returns_all_that_is_unclaimed(void **state) {
    (void)state;
    struct play play;
    struct slot_order order;
    uint32_t artist;
    begin(&play, 1, 3000, 64);
    assert_true(range_table_remove(&play.crew.free[PRIORITY_NORMAL], (struct range){2999, 3000}));
    assert_true(range_table_add(&play.crew.suspects, (struct range){2999, 3000}));
    assert_true(assign_orders(&play.crew)); // the suspect first
    assert_int_equal(play.crew.worker[0].alone, 2999);
    assert_true(take_one(&play, 0, &artist, &order));
    assert_int_equal(artist, 2999);
    assert_true(assign_withdraw(&play.crew, 0)); // claimed already: it stays where it is
    assert_int_equal(play.crew.worker[0].alone, 2999);
    assert_int_equal(held_artists(&play, 0), 1);
    finish(&play, artist);
    assert_true(assign_sweep(&play.crew));
    assert_int_equal(held_artists(&play, 0), 0);

    assert_true(assign_orders(&play.crew));
    for (int i = 0; i < 10; i++) {
        assert_true(take_one(&play, 0, &artist, &order));
        assert_int_equal(artist, i);
    }
    assert_true(assign_orders(&play.crew)); // and one in reserve
    assert_true(assign_withdraw(&play.crew, 0));
    assert_int_equal(range_table_size(&play.crew.free[PRIORITY_NORMAL]), 2989);
    assert_int_equal(play.crew.free[PRIORITY_NORMAL].count, 1);
    assert_int_equal(held_artists(&play, 0), 10); // those it has in hand
    assert_false(take_one(&play, 0, &artist, &order));

    // A suspect that was not claimed goes back to the suspects.
    assert_true(range_table_remove(&play.crew.free[PRIORITY_NORMAL], (struct range){500, 501}));
    assert_true(range_table_add(&play.crew.suspects, (struct range){500, 501}));
    assert_true(assign_orders(&play.crew));
    assert_int_equal(play.crew.worker[0].alone, 500);
    assert_true(assign_withdraw(&play.crew, 0));
    assert_int_equal(play.crew.worker[0].alone, CREW_NOBODY);
    assert_int_equal(range_table_size(&play.crew.suspects), 1);
    assert_int_equal(play.crew.suspects.range[0].first, 500);
    assert_int_equal(range_table_size(&play.crew.free[PRIORITY_NORMAL]), 2988);
    end(&play);
}

// Each artist is in just one of: a list of the coordinator's, a worker's list; and at the end it was handled
// once.
static void every_artist_is_handled_once(void **state) {
    (void)state;
    static const struct {
        uint32_t workers, artists, in_flight;
    } cases[] = {{3, 5000, 8}, {7, 1000, 64}, {16, 40, 4}, {1, 129, 1}, {2, 1, 10}, {5, 6000, 10000}};
    for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
        struct unit_random random = {.state = 50 + c};
        struct play play;
        begin(&play, cases[c].workers, cases[c].artists, cases[c].in_flight);
        for (uint32_t i = 0; i < cases[c].artists; i++) {
            board_set_priority(play.crew.arena, i, (enum priority)unit_random_below(&random, PRIORITIES));
        }
        uint32_t rounds = 0;
        while (!crew_finished(&play.crew)) {
            uint32_t slot = unit_random_below(&random, cases[c].workers);
            assert_true(++rounds < 1000000);
            assert_true(assign_orders(&play.crew));
            uint32_t artist;
            struct slot_order order;
            for (uint32_t n = unit_random_below(&random, 30); n > 0 && take_one(&play, slot, &artist, &order);
                 n--) {
                finish(&play, artist);
            }
            if (unit_random_below(&random, 5) == 0) {
                assert_true(assign_sweep(&play.crew));
            }
            if (unit_random_below(&random, 20) == 0) {
                enum crew_phase *phase = &play.crew.worker[slot].phase;
                *phase = *phase == CREW_LIVE ? CREW_DRAINING : CREW_LIVE;
                assert_true(assign_withdraw(&play.crew, slot));
            }
        }
        for (uint32_t i = 0; i < cases[c].artists; i++) {
            assert_int_equal(play.handled[i], 1);
        }
        assert_true(assign_sweep(&play.crew));
        for (uint32_t slot = 0; slot < cases[c].workers; slot++) {
            assert_int_equal(held_artists(&play, slot), 0); // the lists forget what is finished
        }
        for (uint32_t slot = 0; slot < cases[c].workers; slot++) {
            play.crew.worker[slot].phase = CREW_LIVE;
        }
        assert_true(assign_orders(&play.crew));
        assert_int_equal(free_artists(&play), 0);
        end(&play);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_has_a_range_and_one_in_reserve),
        cmocka_unit_test(only_who_works_is_given_work),
        cmocka_unit_test(high_priority_goes_before_normal_before_low),
        cmocka_unit_test(no_worker_begins_low_while_high_is_left),
        cmocka_unit_test(suspects_are_given_one_at_a_time),
        cmocka_unit_test(the_largest_remainder_is_split),
        cmocka_unit_test(withdrawing_returns_all_that_is_unclaimed),
        cmocka_unit_test(every_artist_is_handled_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
