#include "arena/journal.h"

#include "arena/layout.h"
#include "ration/guard.h"
#include "unit_arena.h"
#include "unit_child.h"
#include "unit_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define G GUARD_OUTPUT

static guarded_word *word(struct arena *arena, uint32_t number) {
    return &layout_session(arena, 0)->booked_tokens[number];
}

// Both guards are ours: only an owner may change a word.
static struct arena *owned_arena(void) {
    struct arena *arena = unit_arena(1, 1, 1);
    assert_true(guard_try(arena, GUARD_LEDGER, GUARD_COORDINATOR));
    assert_true(guard_try(arena, GUARD_OUTPUT, GUARD_COORDINATOR));
    return arena;
}

static void a_commit_keeps_the_changes(void **state) {
    (void)state;
    struct arena *arena = owned_arena();
    assert_true(journal_empty(arena, G));
    journal_set(arena, G, word(arena, 0), 10);
    journal_add(arena, G, word(arena, 0), 5);
    journal_subtract(arena, G, word(arena, 0), 1);
    assert_false(journal_empty(arena, G));
    assert_true(journal_empty(arena, GUARD_LEDGER)); // one for each guard
    journal_commit(arena, G);
    assert_true(journal_empty(arena, G));
    assert_int_equal(guarded_get(word(arena, 0)), 14);
    assert_int_equal(journal_rollback(arena, G), 0); // nothing to take back any more
    assert_int_equal(guarded_get(word(arena, 0)), 14);
    arena_close(arena);
}

static void a_subtraction_stops_at_zero(void **state) {
    (void)state;
    struct arena *arena = owned_arena();
    journal_set(arena, G, word(arena, 0), 3);
    journal_subtract(arena, G, word(arena, 0), 4);
    assert_int_equal(guarded_get(word(arena, 0)), 0);
    journal_subtract(arena, G, word(arena, 0), UINT64_MAX);
    assert_int_equal(guarded_get(word(arena, 0)), 0);
    journal_commit(arena, G);
    arena_close(arena);
}

static void rolls_back_in_reverse(void **state) {
    (void)state;
    struct arena *arena = owned_arena();
    struct unit_random random = {.state = 4};
    for (int round = 0; round < 200; round++) {
        uint64_t before[8], committed[8];
        // Each word several times over: the oldest value must win.
        uint32_t changes = 1 + unit_random_below(&random, LAYOUT_JOURNAL_ENTRIES);
        for (uint32_t i = 0; i < 8; i++) {
            before[i] = guarded_get(word(arena, i));
        }
        for (uint32_t i = 0; i < changes; i++) {
            journal_set(arena, G, word(arena, unit_random_below(&random, 8)), unit_random_next(&random));
        }
        for (uint32_t i = 0; i < 8; i++) {
            committed[i] = guarded_get(word(arena, i));
        }
        bool keep = unit_random_below(&random, 2) == 0;
        if (keep) {
            journal_commit(arena, G);
        } else {
            assert_int_equal(journal_rollback(arena, G), 0);
        }
        assert_true(journal_empty(arena, G));
        for (uint32_t i = 0; i < 8; i++) {
            assert_int_equal(guarded_get(word(arena, i)), keep ? committed[i] : before[i]);
        }
    }
    arena_close(arena);
}

static void the_two_guards_roll_back_alone(void **state) {
    (void)state;
    struct arena *arena = owned_arena();
    journal_set(arena, GUARD_OUTPUT, word(arena, 0), 1);
    journal_set(arena, GUARD_LEDGER, word(arena, 1), 2);
    assert_int_equal(journal_rollback(arena, GUARD_OUTPUT), 0);
    assert_int_equal(guarded_get(word(arena, 0)), 0);
    assert_int_equal(guarded_get(word(arena, 1)), 2);
    assert_int_equal(journal_rollback(arena, GUARD_LEDGER), 0);
    assert_int_equal(guarded_get(word(arena, 1)), 0);
    arena_close(arena);
}

struct mending {
    struct arena *arena;
    int calls;
    int result;
    uint64_t seen; // the word, when the repair ran
};

static int mend(void *context) {
    struct mending *mending = context;
    mending->calls++;
    mending->seen = guarded_get(word(mending->arena, 0));
    errno = ENOSPC;
    return mending->result;
}

static void a_failed_repair_keeps_the_journal(void **state) {
    (void)state;
    struct arena *arena = owned_arena();
    struct mending mending = {.arena = arena, .result = -1};
    guard_set_repair(arena, G, mend, &mending);
    assert_int_equal(journal_rollback(arena, G), 0); // empty: nothing to repair
    assert_int_equal(mending.calls, 0);
    journal_set(arena, G, word(arena, 0), 41);
    journal_commit(arena, G);
    journal_set(arena, G, word(arena, 0), 42);
    assert_int_equal(journal_rollback(arena, G), -1);
    assert_int_equal(errno, ENOSPC);
    assert_int_equal(mending.calls, 1);
    assert_int_equal(mending.seen, 41); // the words first: the repair goes by them
    assert_false(journal_empty(arena, G));
    mending.result = 0;
    assert_int_equal(journal_rollback(arena, G), 0);
    assert_int_equal(mending.calls, 2);
    assert_true(journal_empty(arena, G));
    assert_int_equal(guarded_get(word(arena, 0)), 41);
    arena_close(arena);
}

// What it would find after it was killed at any entry: some words old, some new, the count unchanged.
static void can_be_cut_short_and_run_again(void **state) {
    (void)state;
    for (uint32_t done = 0; done <= 10; done++) {
        struct arena *arena = owned_arena();
        for (uint32_t i = 0; i < 5; i++) {
            journal_initialise(word(arena, i), 100 + i);
        }
        for (uint32_t i = 0; i < 10; i++) {
            journal_set(arena, G, word(arena, i % 5), 1000 + i);
        }
        const struct journal *journal = &arena->header->guard[G].journal;
        for (uint32_t i = 10; i-- > 10 - done;) {
            journal_initialise(layout_at(arena, journal->entry[i].offset), journal->entry[i].old);
        }
        assert_int_equal(journal_rollback(arena, G), 0);
        for (uint32_t i = 0; i < 5; i++) {
            assert_int_equal(guarded_get(word(arena, i)), 100 + i);
        }
        arena_close(arena);
    }
}

// An entry that is written, but not counted, has not changed its word: it must be left alone.
static void an_uncounted_entry_is_nothing(void **state) {
    (void)state;
    struct arena *arena = owned_arena();
    journal_set(arena, G, word(arena, 0), 8);
    struct journal *journal = &arena->header->guard[G].journal;
    journal->entry[1].offset = (uint64_t)((char *)word(arena, 1) - (char *)arena->header);
    journal->entry[1].old = 99;
    assert_int_equal(journal_rollback(arena, G), 0);
    assert_int_equal(guarded_get(word(arena, 0)), 0);
    assert_int_equal(guarded_get(word(arena, 1)), 0);
    arena_close(arena);
}

static void fill_it_over(void *context) {
    struct arena *arena = context;
    for (uint32_t i = 0; i <= LAYOUT_JOURNAL_ENTRIES; i++) {
        journal_set(arena, G, word(arena, 0), i);
    }
}

static void roll_back(void *context) {
    (void)journal_rollback(context, G);
}

static void holds_its_entries_and_no_more(void **state) {
    (void)state;
    struct arena *arena = owned_arena();
    for (uint32_t i = 0; i < LAYOUT_JOURNAL_ENTRIES; i++) {
        journal_set(arena, G, word(arena, 0), i + 1);
    }
    assert_int_equal(journal_rollback(arena, G), 0);
    assert_int_equal(guarded_get(word(arena, 0)), 0);
    assert_true(child_panics(fill_it_over, arena));
    arena_close(arena);
}

static void set_one(void *context) {
    journal_set(context, G, word(context, 0), 1);
}

static void without_the_guard_no_word_changes(void **state) {
    (void)state;
    struct arena *arena = unit_arena(1, 1, 1);
    assert_true(guard_try(arena, GUARD_LEDGER, GUARD_COORDINATOR)); // another one
    assert_true(child_panics(set_one, arena));
    assert_true(guard_try(arena, G, GUARD_COORDINATOR));
    assert_false(child_panics(set_one, arena));
    assert_int_equal(guarded_get(word(arena, 0)), 1);
    arena_close(arena);
}

static void set_outside(void *context) {
    struct arena *arena = context;
    journal_set(arena, G, (guarded_word *)(void *)((char *)arena->header + arena->size), 1);
}

static void a_word_outside_of_the_arena_is_none(void **state) {
    (void)state;
    struct arena *arena = owned_arena();
    assert_true(child_panics(set_outside, arena));
    assert_true(journal_empty(arena, G));
    arena_close(arena);
}

static void a_damaged_journal_panics(void **state) {
    (void)state;
    for (int damage = 0; damage < 4; damage++) {
        struct arena *arena = owned_arena();
        journal_set(arena, G, word(arena, 0), 1);
        struct journal *journal = &arena->header->guard[G].journal;
        static const char *const what[] = {"too many", "unaligned", "behind the end", "far behind the end"};
        switch (damage) {
        case 0:
            atomic_store(&journal->count, LAYOUT_JOURNAL_ENTRIES + 1);
            break;
        case 1:
            journal->entry[0].offset += 4;
            break;
        case 2:
            journal->entry[0].offset = arena->size;
            break;
        default:
            journal->entry[0].offset = UINT64_MAX - 7;
            break;
        }
        if (!child_panics(roll_back, arena)) {
            fail_msg("no panic: %s", what[damage]);
        }
        arena_close(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commit_keeps_the_changes),
        cmocka_unit_test(a_subtraction_stops_at_zero),
        cmocka_unit_test(rolls_back_in_reverse),
        cmocka_unit_test(the_two_guards_roll_back_alone),
        cmocka_unit_test(a_failed_repair_keeps_the_journal),
        cmocka_unit_test(can_be_cut_short_and_run_again),
        cmocka_unit_test(an_uncounted_entry_is_nothing),
        cmocka_unit_test(holds_its_entries_and_no_more),
        cmocka_unit_test(without_the_guard_no_word_changes),
        cmocka_unit_test(a_word_outside_of_the_arena_is_none),
        cmocka_unit_test(a_damaged_journal_panics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
