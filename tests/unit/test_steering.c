#include "control/steering.h"

#include "crew/assign.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/guard.h"
#include "ration/ledger.h"
#include "ration/slot.h"
#include "scale/scale.h"
#include "system/process.h"
#include "unit_arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <cmocka.h>

enum { ARTISTS = 4000, NOBODY_PID = 0x7ffffff0 };

// A crew whose workers are played by the test: their pids are nobody's.
struct play {
    struct crew crew;
    struct input_index index;
    struct settings settings;
    struct restart restart;
    struct steering steering;
};

static void spawn(struct play *play, uint32_t slot) {
    slot_prepare(play->crew.arena, slot);
    slot_announce(play->crew.arena, slot, NOBODY_PID, 1);
    play->crew.worker[slot].phase = CREW_LIVE;
    play->crew.worker[slot].pid = NOBODY_PID;
}

static void works(struct play *play, uint32_t slot) {
    slot_set_state(play->crew.arena, slot, SLOT_WORKING);
}

// Drained and reaped.
static void go(struct play *play, uint32_t slot) {
    slot_clear(play->crew.arena, slot);
    play->crew.worker[slot].phase = CREW_ABSENT;
}

static void begin(struct play *play, uint32_t workers) {
    *play = (struct play){.settings = {.in_flight = 8}};
    struct crew *crew = &play->crew;
    crew->arena = unit_arena(BOUNDS_SLOTS, 1, ARTISTS);
    crew->index = &play->index;
    crew->settings = &play->settings;
    struct ledger_limits limits = {.told.of[LIMITS_REQUESTS_MINUTE] = 60000};
    ledger_set_limits(crew->arena, 0, &limits, clock_now());
    ledger_configure(crew->arena, &(struct ledger_config){.day_share = 1000000});
    for (uint32_t i = 0; i < ARTISTS; i++) {
        assert_int_equal(input_index_add(&play->index, 1000 + i * 10, 2 + i, 0, PRIORITY_NORMAL), 0);
        board_set_priority(crew->arena, i, PRIORITY_NORMAL);
    }
    for (int p = 0; p < PRIORITIES; p++) {
        assert_true(range_table_add(&crew->free[p], (struct range){0, ARTISTS}));
    }
    assert_int_equal(scale_to(crew, workers), SCALE_DONE);
    restart_begin(&play->restart);
    play->steering = (struct steering){.crew = crew, .restart = &play->restart};
    for (uint32_t slot = 0; slot < workers; slot++) {
        spawn(play, slot);
        works(play, slot);
    }
    assert_true(assign_orders(crew));
}

static void end(struct play *play) {
    crew_free(&play->crew);
    input_index_free(&play->index);
    arena_close(play->crew.arena);
}

static struct control_answer order(struct play *play, enum control_verb verb, uint32_t number) {
    struct control_command command = {.verb = verb, .number = number};
    struct control_answer answer = {.good = true};
    steering_obey(&play->steering, &command, &answer);
    assert_true(answer.message[0] != '\0');
    return answer;
}

static uint32_t unclaimed(const struct play *play, uint32_t slot) {
    uint32_t first, given, count = 0;
    slot_sequences(play->crew.arena, slot, &first, &given);
    for (uint32_t sequence = first; sequence < given; sequence++) {
        count += range_size(slot_unclaimed(play->crew.arena, slot, sequence));
    }
    return count;
}

static bool drains(const struct play *play, uint32_t slot) {
    return slot_command(play->crew.arena, slot) == SLOT_DRAIN;
}

static void fewer_workers_give_their_work_back(void **state) {
    (void)state;
    struct play play;
    begin(&play, 4);
    uint32_t artist;
    struct slot_order claimed;
    assert_true(slot_current(play.crew.arena, 3, &claimed) && slot_claim(play.crew.arena, 3, &artist));
    assert_true(unclaimed(&play, 3) > 0);
    assert_false(play.crew.by_hand);
    assert_true(order(&play, CONTROL_WORKERS, 2).good);
    assert_true(play.crew.by_hand);
    for (uint32_t slot = 0; slot < 4; slot++) {
        assert_int_equal(drains(&play, slot), slot >= 2);
        assert_int_equal(unclaimed(&play, slot) == 0, slot >= 2);
    }
    assert_int_equal(arena_workers(play.crew.arena), 2);
    // All but the one that was claimed can be given to others.
    uint32_t left =
        unclaimed(&play, 0) + unclaimed(&play, 1) + range_table_size(&play.crew.free[PRIORITY_NORMAL]);
    assert_int_equal(left, ARTISTS - 1);
    assert_int_equal(range_table_size(&play.crew.worker[3].held[PRIORITY_NORMAL]), 1);
    end(&play);
}

static void more_workers_have_slots_and_bells(void **state) {
    (void)state;
    struct play play;
    begin(&play, 2);
    assert_true(order(&play, CONTROL_WORKERS, BOUNDS_SLOTS).good);
    assert_int_equal(play.crew.size, BOUNDS_SLOTS);
    for (uint32_t slot = 2; slot < BOUNDS_SLOTS; slot++) {
        assert_int_equal(play.crew.worker[slot].phase, CREW_ABSENT);
        assert_int_equal(play.crew.worker[slot].alone, CREW_NOBODY);
        assert_int_equal(eventfd_write(play.crew.worker[slot].bell, 1), 0);
    }
    assert_true(order(&play, CONTROL_WORKERS, 1).good);
    assert_int_equal(play.crew.size, BOUNDS_SLOTS);
    assert_int_equal(play.crew.wanted, 1);
    end(&play);
}

static void restarts_one_after_another(void **state) {
    (void)state;
    struct play play;
    begin(&play, 3);
    assert_true(order(&play, CONTROL_RESTART_WORKER, CONTROL_ALL).good);
    for (uint32_t slot = 0; slot < 3; slot++) {
        assert_true(restart_step(&play.restart, &play.crew));
        for (uint32_t other = 0; other < 3; other++) {
            assert_int_equal(drains(&play, other), other == slot);
        }
        assert_int_equal(unclaimed(&play, slot), 0);
        go(&play, slot);
        assert_true(restart_step(&play.restart, &play.crew));
        spawn(&play, slot);
        assert_true(restart_step(&play.restart, &play.crew)); // it is only starting
        assert_int_equal(play.restart.current, slot);
        works(&play, slot);
    }
    assert_true(restart_step(&play.restart, &play.crew));
    assert_int_equal(play.restart.current, RESTART_NOBODY);
    assert_false(play.restart.several);
    end(&play);
}

static void restarts_only_who_is_wanted(void **state) {
    (void)state;
    struct play play;
    begin(&play, 4);
    assert_true(order(&play, CONTROL_RESTART_WORKER, 4).good);
    assert_true(restart_step(&play.restart, &play.crew));
    assert_true(drains(&play, 3));
    assert_true(order(&play, CONTROL_RESTART_WORKER, 3).good);
    assert_true(order(&play, CONTROL_RESTART_WORKER, 2).good);
    assert_true(order(&play, CONTROL_WORKERS, 2).good);
    assert_true(restart_step(&play.restart, &play.crew));
    assert_int_equal(play.restart.current, 1);
    go(&play, 1);
    spawn(&play, 1);
    works(&play, 1);
    assert_true(restart_step(&play.restart, &play.crew));
    assert_int_equal(play.restart.due, 0);
    assert_int_equal(play.restart.current, RESTART_NOBODY);
    end(&play);
}

static void refuses_what_cannot_be(void **state) {
    (void)state;
    struct play play;
    begin(&play, 2);
    assert_false(order(&play, CONTROL_RESTART_WORKER, 3).good);
    assert_false(order(&play, CONTROL_KILL_WORKER, 3).good);
    go(&play, 1);
    assert_false(order(&play, CONTROL_KILL_WORKER, 2).good);
    assert_false(order(&play, CONTROL_CANCEL, 0).good); // no batch
    assert_true(order(&play, CONTROL_STOP, 0).good);
    assert_true(stop_begun(&play.crew));
    assert_int_equal(play.crew.stop.end, STOP_ASKED);
    assert_false(order(&play, CONTROL_PAUSE, 0).good);
    assert_false(order(&play, CONTROL_RESUME, 0).good);
    assert_false(order(&play, CONTROL_WORKERS, 3).good);
    assert_false(order(&play, CONTROL_RESTART_WORKER, CONTROL_ALL).good);
    end(&play);
}

// A page that is open twice, or a button that is pressed twice, must not end by force what one of them ends
// gently.
static void each_step_of_a_stop_can_be_named(void **state) {
    (void)state;
    struct play play;
    begin(&play, 2);
    assert_false(order(&play, CONTROL_STOP, CONTROL_AT_ONCE).good);
    assert_false(stop_begun(&play.crew));
    for (int i = 0; i < 3; i++) {
        struct control_answer answer = order(&play, CONTROL_STOP, CONTROL_GENTLY);
        assert_true(answer.good);
        assert_non_null(strstr(answer.message, "in flight end first"));
        assert_null(strstr(answer.message, "once more"));
        assert_true(play.crew.stop.asked);
        assert_false(play.crew.stop.again);
    }
    assert_true(order(&play, CONTROL_STOP, CONTROL_AT_ONCE).good);
    assert_true(play.crew.stop.again);
    end(&play);
}

static void the_worst_end_counts(void **state) {
    (void)state;
    struct play play;
    begin(&play, 1);
    go(&play, 0); // nobody to kill
    stop_begin(&play.crew, STOP_FINISHED);
    stop_asked(&play.crew, "a test");
    assert_int_equal(play.crew.stop.end, STOP_FINISHED); // too late
    stop_begin(&play.crew, STOP_CANNOT);
    assert_int_equal(play.crew.stop.end, STOP_CANNOT);
    play.crew.stop = (struct stop){0};
    stop_asked(&play.crew, "a test");
    stop_begin(&play.crew, STOP_FINISHED);
    assert_int_equal(play.crew.stop.end, STOP_ASKED);
    end(&play);
}

// ---- pause ----

static const struct ledger_estimate one = {.output = 1};

static bool admits(struct play *play, uint64_t now, struct ledger_booking *booking) {
    return ledger_admit(play->crew.arena, 0, &one, now, 0, booking) == LEDGER_BOOKED;
}

static void nothing_is_booked_while_paused(void **state) {
    (void)state;
    struct play play;
    begin(&play, 2);
    struct arena *arena = play.crew.arena;
    uint64_t now = clock_now();
    struct ledger_booking before, during, after;
    assert_true(admits(&play, now, &before) && ledger_valid(arena, &before));
    crew_pause(&play.crew, CLOCK_NEVER, now);
    assert_true(crew_paused(&play.crew, now));
    assert_int_equal(ledger_paused_until(arena, now), CLOCK_NEVER);
    assert_int_equal(ledger_admit(arena, 0, &one, now, 0, &during), LEDGER_LATER);
    assert_int_equal(during.departs, CLOCK_NEVER);
    assert_false(ledger_valid(arena, &before));
    uint64_t rings;
    assert_int_equal(eventfd_read(play.crew.worker[1].bell, &rings), 0);
    now += LEDGER_HORIZON;
    crew_pause(&play.crew, 0, now);
    assert_int_equal(eventfd_read(play.crew.worker[1].bell, &rings), 0);
    assert_int_equal(ledger_paused_until(arena, now), 0);
    assert_false(ledger_valid(arena, &before)); // for good
    ledger_cancel(arena, 0, &before);
    assert_true(admits(&play, now, &after) && ledger_valid(arena, &after));
    end(&play);
}

// A refused key stays refused; what only waits does not.
static void a_reset_ends_what_sessions_wait_for(void **state) {
    (void)state;
    struct play play;
    begin(&play, 1);
    uint64_t now = clock_now(), rings;
    struct ledger_booking booking;
    ledger_hold(play.crew.arena, 0, 0, LEDGER_PARK, now + CLOCK_HOUR, now);
    assert_false(admits(&play, now, &booking));
    (void)eventfd_read(play.crew.worker[0].bell, &rings);
    // The ledger's guard is somebody else's at this moment.
    assert_true(guard_try(play.crew.arena, GUARD_LEDGER, 0));
    struct control_answer answer = order(&play, CONTROL_RESET, 0);
    assert_false(answer.good);
    assert_true(answer.again);
    guard_unlock(play.crew.arena, GUARD_LEDGER, 0);
    assert_false(admits(&play, clock_now(), &booking));
    assert_true(order(&play, CONTROL_RESET, 0).good);
    assert_true(admits(&play, clock_now(), &booking));
    assert_int_equal(eventfd_read(play.crew.worker[0].bell, &rings), 0);
    assert_true(order(&play, CONTROL_STOP, 0).good);
    assert_true(order(&play, CONTROL_RESET, 0).good); // a run that stops has requests that wait, too
    end(&play);
}

static void a_pause_gives_everything_back(void **state) {
    (void)state;
    struct play play;
    begin(&play, 1);
    struct arena *arena = play.crew.arena;
    uint64_t now = clock_now();
    struct ledger_booking booking[200];
    struct ledger_state state_of;
    size_t count = 0;
    while (count < 200 && admits(&play, now, &booking[count])) {
        count++;
    }
    crew_pause(&play.crew, CLOCK_NEVER, now);
    for (size_t i = 0; i < count; i++) {
        ledger_cancel(arena, 0, &booking[i]);
    }
    // The bucket refills by itself: what was booked ahead, and the burst, are a moment's worth.
    ledger_look(arena, 0, now + 4 * LEDGER_HORIZON, &state_of);
    assert_int_equal(state_of.booked_requests, 0);
    assert_int_equal(state_of.dimension[0].level, 100);
    end(&play);
}

// However short: what it cancelled has left the ledger before anything new enters it.
static void a_pause_lasts_as_long_as_bookings_reach(void **state) {
    (void)state;
    struct play play;
    begin(&play, 1);
    struct arena *arena = play.crew.arena;
    uint64_t now = clock_now();
    struct ledger_booking booking;
    crew_pause(&play.crew, CLOCK_NEVER, now);
    crew_pause(&play.crew, 0, now + 1);
    assert_false(crew_paused(&play.crew, now + 1));
    assert_int_equal(ledger_admit(arena, 0, &one, now + 2, 0, &booking), LEDGER_LATER);
    assert_int_equal(booking.departs, now + LEDGER_HORIZON);
    assert_true(admits(&play, now + LEDGER_HORIZON, &booking));
    // Until a time: it ends by itself.
    now += CLOCK_SECOND;
    crew_pause(&play.crew, now + 5 * CLOCK_SECOND, now);
    assert_int_equal(ledger_admit(arena, 0, &one, now, 0, &booking), LEDGER_LATER);
    assert_int_equal(booking.departs, now + 5 * CLOCK_SECOND);
    assert_true(admits(&play, now + 5 * CLOCK_SECOND, &booking));
    assert_true(ledger_valid(arena, &booking));
    end(&play);
}

static void reads_proc(void **state) {
    (void)state;
    struct process process;
    assert_true(process_parse(
        "12 (a) b (c) S 34 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 99 123456 77 18446744073709551615 1",
        &process));
    assert_int_equal(process.state, 'S');
    assert_int_equal(process.parent, 34);
    assert_int_equal(process.memory, 77);
    assert_false(process_parse("", &process));
    assert_false(process_parse("12 (a) S 34", &process));
    assert_true(process_look(getpid(), &process));
    assert_int_equal(process.parent, getppid());
    assert_true(process.memory > 0);
    assert_false(process_look(NOBODY_PID, &process));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fewer_workers_give_their_work_back),
        cmocka_unit_test(more_workers_have_slots_and_bells),
        cmocka_unit_test(restarts_one_after_another),
        cmocka_unit_test(restarts_only_who_is_wanted),
        cmocka_unit_test(refuses_what_cannot_be),
        cmocka_unit_test(each_step_of_a_stop_can_be_named),
        cmocka_unit_test(the_worst_end_counts),
        cmocka_unit_test(nothing_is_booked_while_paused),
        cmocka_unit_test(a_reset_ends_what_sessions_wait_for),
        cmocka_unit_test(a_pause_gives_everything_back),
        cmocka_unit_test(a_pause_lasts_as_long_as_bookings_reach),
        cmocka_unit_test(reads_proc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
