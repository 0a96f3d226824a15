#include "ration/slot.h"

#include "arena/layout.h"
#include "unit_arena.h"
#include "unit_child.h"
#include "unit_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

static void give(struct arena *arena, uint32_t slot, uint32_t first, uint32_t end) {
    struct slot_order order = {.range = {first, end}, .priority = PRIORITY_NORMAL};
    assert_true(slot_give(arena, slot, &order));
}

static void assert_range(struct range range, uint32_t first, uint32_t end) {
    assert_int_equal(range.first, first);
    assert_int_equal(range.end, end);
}

static void give_beyond_the_end(void *context) {
    (void)slot_give(context, 0, &(struct slot_order){.range = {9, 11}});
}

static void give_nothing(void *context) {
    (void)slot_give(context, 0, &(struct slot_order){.range = {5, 5}});
}

static void prepare_again(void *context) {
    slot_prepare(context, 0);
}

static void claim_beyond_the_end(void *context) {
    uint32_t artist;
    struct slot_order order;
    struct arena *arena = context;
    atomic_store(&layout_slot(arena, 0)->orders.order[0].claim, range_pack((struct range){9, 11}));
    (void)slot_current(arena, 0, &order);
    (void)slot_claim(arena, 0, &artist);
}

static void what_no_program_may_do_panics(void **state) {
    (void)state;
    void (*const wrong[])(void *) = {give_beyond_the_end, give_nothing, prepare_again, claim_beyond_the_end};
    struct arena *arena = unit_arena(1, 1, 10);
    slot_prepare(arena, 0);
    give(arena, 0, 0, 10);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_true(child_panics(wrong[i], arena));
    }
    arena_close(arena);
}

static void an_order_arrives_as_it_was_given(void **state) {
    (void)state;
    struct arena *arena = unit_arena(3, 1, 1000);
    struct slot_order given = {.range = {100, 103},
                               .offset = UINT64_MAX - 1,
                               .line = 1ULL << 40,
                               .seek_artist = 64,
                               .priority = PRIORITY_LOW,
                               .alone = true};
    struct slot_order taken;
    uint32_t artist;
    slot_prepare(arena, 1);
    assert_false(slot_current(arena, 1, &taken));
    assert_false(slot_claim(arena, 1, &artist));
    assert_true(slot_give(arena, 1, &given));
    assert_int_equal(slot_reserve(arena, 1), 1);
    assert_false(slot_current(arena, 0, &taken)); // another slot's is not concerned
    assert_false(slot_claim(arena, 1, &artist));  // not begun yet

    assert_true(slot_current(arena, 1, &taken));
    assert_range(taken.range, 100, 103);
    assert_int_equal(taken.offset, given.offset);
    assert_int_equal(taken.line, given.line);
    assert_int_equal(taken.seek_artist, 64);
    assert_int_equal(taken.priority, PRIORITY_LOW);
    assert_true(taken.alone);
    assert_int_equal(slot_reserve(arena, 1), 0);
    assert_int_equal(slot_order_priority(arena, 1, 0), PRIORITY_LOW);
    for (uint32_t expected = 100; expected < 103; expected++) {
        assert_true(slot_current(arena, 1, &taken));
        assert_true(slot_claim(arena, 1, &artist));
        assert_int_equal(artist, expected);
    }
    assert_false(slot_claim(arena, 1, &artist));
    assert_false(slot_current(arena, 1, &taken));
    arena_close(arena);
}

static void the_ring_is_full_at_three_in_reserve(void **state) {
    (void)state;
    struct arena *arena = unit_arena(1, 1, 1000);
    struct slot_order order = {.range = {0, 10}};
    struct slot_order taken;
    uint32_t artist;
    slot_prepare(arena, 0);
    for (uint32_t i = 0; i < SLOT_ORDERS - 1; i++) {
        give(arena, 0, i * 10, i * 10 + 10);
    }
    assert_false(slot_give(arena, 0, &order));
    assert_int_equal(slot_reserve(arena, 0), 3);
    assert_true(slot_current(arena, 0, &taken)); // one is begun: its place must stay, but one more is free
    give(arena, 0, 30, 40);
    assert_false(slot_give(arena, 0, &order));
    // Through many rounds of the ring, in order, nothing lost.
    uint32_t given = 40;
    for (uint32_t expected = 0; expected < 900; expected++) {
        assert_true(slot_current(arena, 0, &taken));
        assert_true(slot_claim(arena, 0, &artist));
        assert_int_equal(artist, expected);
        if (slot_reserve(arena, 0) < 2 && given < 900) {
            give(arena, 0, given, given + 10);
            given += 10;
        }
    }
    assert_false(slot_current(arena, 0, &taken));
    arena_close(arena);
}

static void the_tail_is_taken_back(void **state) {
    (void)state;
    struct arena *arena = unit_arena(1, 1, 1000);
    struct slot_order taken;
    uint32_t artist, first, given;
    slot_prepare(arena, 0);
    give(arena, 0, 0, 10);
    give(arena, 0, 10, 20);
    assert_true(slot_current(arena, 0, &taken));
    assert_true(slot_claim(arena, 0, &artist));
    slot_sequences(arena, 0, &first, &given);
    assert_int_equal(first, 0);
    assert_int_equal(given, 2);
    assert_range(slot_unclaimed(arena, 0, 0), 1, 10);
    assert_range(slot_take_back(arena, 0, 0, 3), 4, 10);
    assert_range(slot_unclaimed(arena, 0, 0), 1, 4);
    assert_int_equal(range_size(slot_take_back(arena, 0, 0, 3)), 0); // it has no more than that
    assert_range(slot_take_back(arena, 0, 1, 0), 10, 20);            // one in reserve, wholly
    for (uint32_t expected = 1; expected < 4; expected++) {
        assert_true(slot_claim(arena, 0, &artist));
        assert_int_equal(artist, expected);
    }
    assert_false(slot_claim(arena, 0, &artist));
    assert_false(slot_current(arena, 0, &taken)); // it passes over the empty one
    assert_int_equal(slot_reserve(arena, 0), 0);
    slot_sequences(arena, 0, &first, &given);
    assert_int_equal(first, 1);
    assert_int_equal(given, 2);
    arena_close(arena);
}

static void a_new_generation_starts_empty(void **state) {
    (void)state;
    struct arena *arena = unit_arena(1, 1, 1000);
    struct slot_report report;
    struct slot_order taken;
    uint32_t first, given, artist;
    slot_prepare(arena, 0);
    slot_announce(arena, 0, 4242, 17);
    slot_set_command(arena, 0, SLOT_DRAIN);
    assert_int_equal(slot_command(arena, 0), SLOT_DRAIN);
    give(arena, 0, 0, 10);
    assert_true(slot_current(arena, 0, &taken));
    assert_true(slot_claim(arena, 0, &artist));
    slot_heartbeat(arena, 0, 18, 3, 4, 2);
    slot_count_retry(arena, 0);
    slot_count_outcome(arena, 0, OUTCOME_DONE);
    slot_count_done(arena, 0, &(struct tokens){.input = 10, .output = 20}, 30);
    slot_report(arena, 0, &report);
    assert_int_equal(report.pid, 4242);
    assert_int_equal(report.generation, 1);
    assert_int_equal(report.heartbeat, 18);
    assert_int_equal(report.in_flight, 3);
    assert_int_equal(report.held, 4);
    assert_int_equal(report.retrying, 2);
    assert_int_equal(report.retries, 1);

    slot_clear(arena, 0);
    slot_report(arena, 0, &report);
    assert_int_equal(report.state, SLOT_EMPTY);
    assert_int_equal(report.pid, 0);
    assert_int_equal(report.in_flight, 0);
    slot_prepare(arena, 0);
    slot_report(arena, 0, &report);
    assert_int_equal(report.generation, 2);
    assert_int_equal(report.state, SLOT_STARTING);
    assert_int_equal(report.heartbeat, 0);
    assert_int_equal(report.held, 0);
    assert_int_equal(report.retrying, 0);
    assert_int_equal(report.retries, 1);
    assert_int_equal(report.outcome[OUTCOME_DONE], 1); // sums of the run go on
    assert_int_equal(report.done, 1);
    assert_int_equal(slot_command(arena, 0), SLOT_RUN);
    assert_false(slot_current(arena, 0, &taken));
    assert_false(slot_claim(arena, 0, &artist));
    slot_sequences(arena, 0, &first, &given);
    assert_int_equal(given, 0);
    arena_close(arena);
}

static void counts_latencies_by_powers_of_two(void **state) {
    (void)state;
    static const struct {
        uint64_t ms;
        uint32_t bucket;
    } cases[] = {{0, 0},     {1, 1},     {2, 2},       {3, 2},       {4, 3},          {1000, 10},
                 {1023, 10}, {1024, 11}, {262143, 18}, {262144, 19}, {UINT64_MAX, 19}};
    struct arena *arena = unit_arena(1, 1, 1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct slot_report before, after;
        slot_report(arena, 0, &before);
        slot_count_done(arena, 0, &(struct tokens){.input = 1, .output = 2}, cases[i].ms);
        slot_report(arena, 0, &after);
        for (uint32_t bucket = 0; bucket < SLOT_LATENCY_BUCKETS; bucket++) {
            assert_int_equal(after.latency[bucket] - before.latency[bucket], bucket == cases[i].bucket);
        }
        assert_int_equal(after.tokens.input - before.tokens.input, 1);
        assert_int_equal(after.tokens.output - before.tokens.output, 2);
        assert_int_equal(after.latency_ms_sum - before.latency_ms_sum, cases[i].ms);
        assert_int_equal(after.done, i + 1);
    }
    slot_count_failed(arena, 0);
    struct slot_report report;
    slot_report(arena, 0, &report);
    assert_int_equal(report.failed, 1);
    arena_close(arena);
}

static void each_outcome_has_a_name_of_its_own(void **state) {
    (void)state;
    struct arena *arena = unit_arena(1, 1, 1);
    for (int i = 0; i < OUTCOME_OF_ATTEMPT; i++) {
        assert_true(strlen(outcome_name((enum outcome_class)i)) > 0);
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(outcome_name((enum outcome_class)i), outcome_name((enum outcome_class)k));
        }
        for (int n = 0; n <= i; n++) {
            slot_count_outcome(arena, 0, (enum outcome_class)i);
        }
    }
    struct slot_report report;
    slot_report(arena, 0, &report);
    for (int i = 0; i < OUTCOME_OF_ATTEMPT; i++) {
        assert_int_equal(report.outcome[i], i + 1);
    }
    arena_close(arena);
}

// A worker gone mad may write what it likes into its own part; the coordinator must come to no harm.
static void garbage_in_a_report_is_kept_in_bounds(void **state) {
    (void)state;
    struct arena *arena = unit_arena(1, 1, 1000);
    struct layout_slot *slot = layout_slot(arena, 0);
    struct slot_order order = {.range = {0, 10}};
    struct slot_report report;
    uint32_t first, given;
    static const uint32_t begun[] = {4, 5, 1000, 0x7fffffff, UINT32_MAX};
    slot_prepare(arena, 0);
    give(arena, 0, 0, 10);
    give(arena, 0, 10, 20);
    give(arena, 0, 20, 30);
    for (size_t i = 0; i < sizeof(begun) / sizeof(begun[0]); i++) {
        atomic_store(&slot->report.begun, begun[i]); // more than were given
        assert_int_equal(slot_reserve(arena, 0), 0);
        assert_false(slot_give(arena, 0, &order));
        slot_sequences(arena, 0, &first, &given);
        assert_int_equal(given, 3);
        assert_true(first <= given && given - first <= SLOT_ORDERS);
        assert_int_equal(first, 0); // nothing that may be unclaimed is left out
    }
    atomic_store(&slot->report.begun, 0);
    for (uint32_t i = 3; i < 40; i++) { // and fewer than were begun
        struct slot_order taken;
        while (slot_current(arena, 0, &taken) && slot_reserve(arena, 0) >= 2) {
            (void)slot_take_back(arena, 0, atomic_load(&slot->report.begun) - 1, 0);
        }
        give(arena, 0, i, i + 1);
    }
    atomic_store(&slot->report.begun, 0);
    slot_sequences(arena, 0, &first, &given);
    assert_int_equal(given, 40);
    assert_true(given - first <= SLOT_ORDERS);

    static const struct range claims[] = {
        {0, 1001}, {1000, 2000}, {UINT32_MAX - 1, UINT32_MAX}, {30, 20}, {0, UINT32_MAX}};
    for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
        atomic_store(&slot->orders.order[0].claim, range_pack(claims[i]));
        assert_int_equal(range_size(slot_unclaimed(arena, 0, 0)), 0);
        assert_int_equal(range_size(slot_take_back(arena, 0, 0, 0)), 0);
        assert_int_equal(range_size(slot_take_back(arena, 0, 0, 5)), 0);
    }
    atomic_store(&slot->report.state, 4711);
    slot_report(arena, 0, &report);
    assert_true(report.state <= SLOT_DRAINING);
    arena_close(arena);
}

// Out of turn: the first of what is in reserve, or the last of what is near enough to be read.
static void one_is_claimed_from_elsewhere(void **state) {
    (void)state;
    struct arena *arena = unit_arena(1, 1, 1000);
    struct slot_order order;
    uint32_t artist;
    slot_prepare(arena, 0);
    assert_false(slot_claim_far(arena, 0, 0, 1000, &order, &artist)); // there is nothing
    give(arena, 0, 0, 100);
    give(arena, 0, 100, 300);
    assert_true(slot_current(arena, 0, &order));
    assert_true(slot_claim(arena, 0, &artist));
    static const struct {
        uint32_t turn, most, artist, first; // of which order
    } cases[] = {
        {0, 1000, 100, 100}, // the first in reserve
        {1, 1000, 299, 101}, // the last of it
        {2, 1000, 99, 1},    // the last of the one in hand
        {3, 1000, 101, 101}, // and from the beginning again
        {1, 200, 98, 1},     // the end of the other is too far to be read
        {0, 10, 102, 102},   {1, 10, 103, 103},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_true(slot_claim_far(arena, 0, cases[i].turn, cases[i].most, &order, &artist));
        assert_int_equal(artist, cases[i].artist);
        assert_int_equal(order.range.first, cases[i].first);
    }
    assert_range(slot_unclaimed(arena, 0, 0), 1, 98);
    assert_range(slot_unclaimed(arena, 0, 1), 104, 299);
    (void)slot_take_back(arena, 0, 1, 0);
    assert_true(slot_claim_far(arena, 0, 5, 1000, &order, &artist));
    assert_int_equal(artist, 97);
    assert_false(slot_claim_far(arena, 0, 0, 10, &order, &artist));
    arena_close(arena);
}

// ---- the race for a range ----

enum { ARTISTS = 60000, ORDER = 200 };

struct race {
    struct arena *arena;
    _Atomic uint8_t *claimed; // how often the worker claimed each artist
};

static void claim_all(void *context) {
    struct race *race = context;
    _Atomic uint32_t *over = (_Atomic uint32_t *)(race->claimed + ARTISTS);
    uint32_t rounds = 0;
    for (;;) {
        bool last = atomic_load(over) != 0;
        struct slot_order order;
        uint32_t artist;
        bool any = false;
        while (slot_current(race->arena, 0, &order)) {
            any = true;
            struct slot_order far;
            bool turn = ++rounds % 3 == 0;
            if (turn ? slot_claim_far(race->arena, 0, rounds / 3, ORDER, &far, &artist)
                     : slot_claim(race->arena, 0, &artist)) {
                CHILD_CHECK(artist < ARTISTS);
                atomic_fetch_add(&race->claimed[artist], 1);
            }
        }
        if (last && !any) {
            return;
        }
    }
}

static void each_artist_is_claimed_or_taken_back_once(void **state) {
    (void)state;
    static uint8_t taken[ARTISTS];
    memset(taken, 0, sizeof(taken));
    struct unit_random random = {.state = 88};
    size_t size = ARTISTS + sizeof(uint32_t);
    struct race race = {.arena = unit_arena(1, 1, ARTISTS)};
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(memory, MAP_FAILED);
    race.claimed = memory;
    slot_prepare(race.arena, 0);
    pid_t pid = child_start(claim_all, &race);
    uint32_t given = 0, taken_back = 0, orders_taken = 0;
    while (given < ARTISTS) {
        struct slot_order order = {.range = {given, given + ORDER}};
        if (slot_give(race.arena, 0, &order)) {
            given += ORDER;
            continue;
        }
        uint32_t first, end;
        slot_sequences(race.arena, 0, &first, &end);
        for (uint32_t sequence = first; sequence < end; sequence++) {
            struct range got = slot_take_back(race.arena, 0, sequence, unit_random_below(&random, ORDER));
            for (uint32_t artist = got.first; artist < got.end; artist++) {
                taken[artist]++;
            }
            taken_back += range_size(got);
            orders_taken += range_size(got) > 0;
        }
    }
    atomic_store((_Atomic uint32_t *)((char *)memory + ARTISTS), 1);
    assert_true(child_good(pid));
    for (uint32_t artist = 0; artist < ARTISTS; artist++) {
        assert_int_equal(taken[artist] + atomic_load(&race.claimed[artist]), 1);
    }
    assert_true(taken_back > 0 && taken_back < ARTISTS && orders_taken > 10); // there was a race at all
    (void)munmap(memory, size);
    arena_close(race.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_program_may_do_panics),
        cmocka_unit_test(an_order_arrives_as_it_was_given),
        cmocka_unit_test(the_ring_is_full_at_three_in_reserve),
        cmocka_unit_test(the_tail_is_taken_back),
        cmocka_unit_test(a_new_generation_starts_empty),
        cmocka_unit_test(counts_latencies_by_powers_of_two),
        cmocka_unit_test(each_outcome_has_a_name_of_its_own),
        cmocka_unit_test(garbage_in_a_report_is_kept_in_bounds),
        cmocka_unit_test(one_is_claimed_from_elsewhere),
        cmocka_unit_test(each_artist_is_claimed_or_taken_back_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
