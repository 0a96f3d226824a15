#include "ration/guard.h"

#include "arena/journal.h"
#include "arena/layout.h"
#include "ration/clock.h"
#include "unit_arena.h"
#include "unit_child.h"
#include "unit_random.h"

#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

#define G GUARD_LEDGER
#define LONG_TIME (20 * CLOCK_SECOND)

struct shared {
    uint64_t left, right; // equal whenever nobody is inside; guarded by nothing but the guard under test
    _Atomic uint64_t step;
};

struct job {
    struct arena *arena;
    struct shared *shared;
    uint32_t slot;
    uint32_t times;
    int ready, go; // ends of pipes
};

static struct shared *make_shared(void) {
    void *memory =
        mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(memory, MAP_FAILED);
    return memory;
}

static void make_pipe(int ends[2]) {
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
}

static void close_pipe(int ends[2]) {
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static bool said_something(int fd) {
    struct pollfd one = {.fd = fd, .events = POLLIN};
    return poll(&one, 1, 0) == 1;
}

// Two words that change in one transaction only.
static guarded_word *left_of(struct arena *arena) {
    return &layout_session(arena, 0)->spent_requests;
}
static guarded_word *right_of(struct arena *arena) {
    return &layout_session(arena, 0)->spent_tokens;
}

static void locks_and_unlocks(void **state) {
    (void)state;
    struct arena *arena = unit_arena(2, 1, 1);
    for (uint32_t i = 0; i < 1000; i++) {
        assert_true(guard_lock(arena, G, i % 2, CLOCK_NEVER));
        assert_false(guard_try(arena, G, 1 - i % 2));
        assert_false(guard_try(arena, G, GUARD_COORDINATOR));
        assert_true(guard_try(arena, GUARD_OUTPUT, 0)); // the two guards have nothing to do with each other
        guard_unlock(arena, GUARD_OUTPUT, 0);
        guard_unlock(arena, G, i % 2);
        assert_true(guard_try(arena, G, GUARD_COORDINATOR));
        guard_unlock(arena, G, GUARD_COORDINATOR);
    }
    assert_int_equal(guard_figures(arena, G).acquisitions, 2000);
    assert_int_equal(guard_figures(arena, G).waits, 0);
    assert_int_equal(guard_figures(arena, G).recoveries, 0);
    arena_close(arena);
}

static void be_alone_inside(void *context) {
    struct job *job = context;
    struct shared *shared = job->shared;
    for (uint32_t i = 0; i < job->times; i++) {
        CHILD_CHECK(guard_lock(job->arena, G, job->slot, CLOCK_NEVER));
        volatile uint64_t *left = &shared->left;
        volatile uint64_t *right = &shared->right;
        CHILD_CHECK(*left == *right);
        *left = *left + 1;
        *right = *right + 1;
        guard_unlock(job->arena, G, job->slot);
    }
}

static void one_at_a_time(uint32_t surplus) {
    enum { CHILDREN = 3, TIMES = 30000 };
    struct arena *arena = unit_arena(4, 1, 1);
    struct shared *shared = make_shared();
    struct job job[CHILDREN];
    pid_t pid[CHILDREN];
    for (uint32_t i = 0; i < surplus; i++) {
        assert_int_equal(guard_reap(arena, G, 3), 0); // frees nothing, but posts
    }
    for (uint32_t i = 0; i < CHILDREN; i++) {
        job[i] = (struct job){.arena = arena, .shared = shared, .slot = i, .times = TIMES};
        pid[i] = child_start(be_alone_inside, &job[i]);
    }
    // The coordinator tries now and then.
    uint64_t own = 0;
    for (int i = 0; i < 20000; i++) {
        if (guard_try(arena, G, GUARD_COORDINATOR)) {
            own++;
            shared->left++;
            shared->right++;
            guard_unlock(arena, G, GUARD_COORDINATOR);
        }
    }
    for (uint32_t i = 0; i < CHILDREN; i++) {
        assert_true(child_good(pid[i]));
    }
    assert_int_equal(shared->left, (uint64_t)CHILDREN * TIMES + own);
    assert_int_equal(shared->right, shared->left);
    assert_int_equal(guard_figures(arena, G).acquisitions, shared->left);
    (void)munmap(shared, sizeof(*shared));
    arena_close(arena);
}

static void processes_exclude_each_other(void **state) {
    (void)state;
    one_at_a_time(0);
}

static void surplus_tokens_do_no_harm(void **state) {
    (void)state;
    one_at_a_time(500);
    struct arena *arena = unit_arena(4, 1, 1);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(guard_reap(arena, G, 3), 0);
    }
    assert_true(guard_lock(arena, G, 0, CLOCK_NEVER));
    for (int i = 0; i < 100; i++) {
        assert_false(guard_try(arena, G, 1));
    }
    guard_unlock(arena, G, 0);
    assert_true(guard_lock(arena, G, 1, CLOCK_NEVER));
    guard_unlock(arena, G, 1);
    arena_close(arena);
}

// Changes the left word only, and waits inside.
static void stop_inside(void *context) {
    struct job *job = context;
    CHILD_CHECK(guard_lock(job->arena, G, job->slot, CLOCK_NEVER));
    journal_set(job->arena, G, left_of(job->arena), 777);
    child_signal(job->ready);
    for (;;) {
        (void)pause();
    }
}

static void take_it_and_tell(void *context) {
    struct job *job = context;
    CHILD_CHECK(guard_lock(job->arena, G, job->slot, clock_now() + LONG_TIME));
    CHILD_CHECK(journal_empty(job->arena, G));
    CHILD_CHECK(guarded_get(left_of(job->arena)) == guarded_get(right_of(job->arena)));
    child_signal(job->ready);
    guard_unlock(job->arena, G, job->slot);
}

static void a_dead_owner_is_rolled_back(void **state) {
    (void)state;
    struct arena *arena = unit_arena(3, 1, 1);
    int inside[2], got_it[2];
    make_pipe(inside);
    make_pipe(got_it);
    struct job owner = {.arena = arena, .slot = 0, .ready = inside[1]};
    struct job waiter = {.arena = arena, .slot = 1, .ready = got_it[1]};
    pid_t dead = child_start(stop_inside, &owner);
    assert_true(child_wait_signal(inside[0]));
    pid_t waiting = child_start(take_it_and_tell, &waiter);
    while (guard_figures(arena, G).waits == 0) {
        (void)sched_yield();
    }
    assert_int_equal(guarded_get(left_of(arena)), 777);
    // Reaping another slot, and even the death as such, frees nothing.
    assert_int_equal(guard_reap(arena, G, 2), 0);
    child_kill(dead);
    assert_false(guard_try(arena, G, GUARD_COORDINATOR));
    assert_false(said_something(got_it[0]));
    assert_int_equal(guarded_get(left_of(arena)), 777);
    assert_int_equal(guard_figures(arena, G).recoveries, 0);

    assert_int_equal(guard_reap(arena, G, 0), 0);
    assert_true(child_wait_signal(got_it[0]));
    assert_true(child_good(waiting));
    assert_int_equal(guarded_get(left_of(arena)), 0);
    assert_int_equal(guard_figures(arena, G).recoveries, 1);
    close_pipe(inside);
    close_pipe(got_it);
    arena_close(arena);
}

static void change_both_for_ever(void *context) {
    struct job *job = context;
    for (;;) {
        CHILD_CHECK(guard_lock(job->arena, G, job->slot, clock_now() + LONG_TIME));
        uint64_t value = guarded_get(left_of(job->arena));
        CHILD_CHECK(value == guarded_get(right_of(job->arena)));
        journal_set(job->arena, G, left_of(job->arena), value + 1);
        journal_set(job->arena, G, right_of(job->arena), value + 1);
        journal_commit(job->arena, G);
        guard_unlock(job->arena, G, job->slot);
    }
}

// The coordinator's way to the guard: it never waits, but tries again.
static bool coordinator_gets_it(struct arena *arena) {
    uint64_t until = clock_now() + LONG_TIME;
    while (!guard_try(arena, G, GUARD_COORDINATOR)) {
        if (clock_now() > until) {
            return false;
        }
    }
    return true;
}

static void survives_a_storm_of_deaths(void **state) {
    (void)state;
    enum { CHILDREN = 3, KILLS = 250 };
    struct arena *arena = unit_arena(CHILDREN, 1, 1);
    struct unit_random random = {.state = 2026};
    struct job job[CHILDREN];
    pid_t pid[CHILDREN];
    for (uint32_t i = 0; i < CHILDREN; i++) {
        job[i] = (struct job){.arena = arena, .slot = i};
        pid[i] = child_start(change_both_for_ever, &job[i]);
    }
    for (int kill = 0; kill < KILLS; kill++) {
        uint64_t before = guard_figures(arena, G).acquisitions;
        uint64_t target = before + 1 + unit_random_below(&random, 200);
        uint64_t until = clock_now() + LONG_TIME;
        while (guard_figures(arena, G).acquisitions < target) {
            assert_true(clock_now() < until); // else all of them sleep for ever
        }
        uint32_t slot = unit_random_below(&random, CHILDREN);
        child_kill(pid[slot]);
        assert_int_equal(guard_reap(arena, G, slot), 0);
        assert_true(coordinator_gets_it(arena));
        assert_true(journal_empty(arena, G));
        assert_int_equal(guarded_get(left_of(arena)), guarded_get(right_of(arena)));
        guard_unlock(arena, G, GUARD_COORDINATOR);
        pid[slot] = child_start(change_both_for_ever, &job[slot]);
    }
    for (uint32_t i = 0; i < CHILDREN; i++) {
        child_kill(pid[i]);
        assert_int_equal(guard_reap(arena, G, i), 0);
    }
    assert_int_equal(guarded_get(left_of(arena)), guarded_get(right_of(arena)));
    arena_close(arena);
}

static void the_watch_replaces_a_lost_token(void **state) {
    (void)state;
    struct arena *arena = unit_arena(2, 1, 1);
    int got_it[2];
    make_pipe(got_it);
    assert_true(guard_try(arena, G, 0)); // an acquisition since the last tick
    guard_unlock(arena, G, 0);
    assert_int_equal(sem_trywait(&arena->header->guard[G].token), 0); // as if one had died with it in hand
    struct job waiter = {.arena = arena, .slot = 1, .ready = got_it[1]};
    pid_t waiting = child_start(take_it_and_tell, &waiter);
    while (guard_figures(arena, G).waits == 0) {
        (void)sched_yield();
    }
    assert_int_equal(guard_watch(arena, G), -1); // taken since the last tick: not yet
    assert_false(said_something(got_it[0]));
    assert_int_equal(guard_watch(arena, G), -1);
    assert_true(child_wait_signal(got_it[0]));
    assert_true(child_good(waiting));
    close_pipe(got_it);
    arena_close(arena);
}

static void the_watch_names_who_hangs(void **state) {
    (void)state;
    struct arena *arena = unit_arena(8, 1, 1);
    assert_int_equal(guard_watch(arena, G), -1);
    assert_true(guard_try(arena, G, 5));
    assert_int_equal(guard_watch(arena, G), -1); // new
    assert_int_equal(guard_watch(arena, G), 5);
    assert_int_equal(guard_watch(arena, G), 5);
    guard_unlock(arena, G, 5);
    assert_true(guard_try(arena, G, 5));
    assert_int_equal(guard_watch(arena, G), -1); // taken anew
    assert_int_equal(guard_watch(arena, G), 5);
    guard_unlock(arena, G, 5);
    assert_true(guard_try(arena, G, 6));
    assert_int_equal(guard_watch(arena, G), -1); // another one
    guard_unlock(arena, G, 6);
    assert_int_equal(guard_watch(arena, G), -1);
    assert_int_equal(guard_watch(arena, G), -1);
    assert_true(guard_try(arena, G, GUARD_COORDINATOR));
    assert_int_equal(guard_watch(arena, G), -1);
    assert_int_equal(guard_watch(arena, G), -1); // it does not suspect itself
    guard_unlock(arena, G, GUARD_COORDINATOR);
    arena_close(arena);
}

static void wait_until_the_deadline(void *context) {
    struct job *job = context;
    uint64_t start = clock_now();
    CHILD_CHECK(!guard_lock(job->arena, G, job->slot, start)); // has passed
    CHILD_CHECK(!guard_lock(job->arena, G, job->slot, 1));
    CHILD_CHECK(!guard_lock(job->arena, G, job->slot, start + 130 * CLOCK_MS));
    CHILD_CHECK(clock_now() >= start + 130 * CLOCK_MS);
}

static void a_deadline_ends_the_wait(void **state) {
    (void)state;
    struct arena *arena = unit_arena(2, 1, 1);
    struct job waiter = {.arena = arena, .slot = 1};
    assert_true(guard_lock(arena, G, 0, 1)); // free: however late it is
    assert_true(child_good(child_start(wait_until_the_deadline, &waiter)));
    guard_unlock(arena, G, 0);
    // The living coordinator's is not taken from it either.
    assert_true(guard_try(arena, G, GUARD_COORDINATOR));
    assert_true(child_good(child_start(wait_until_the_deadline, &waiter)));
    guard_unlock(arena, G, GUARD_COORDINATOR);
    assert_true(guard_try(arena, G, 0));
    guard_unlock(arena, G, 0);
    arena_close(arena);
}

static void unlock_anothers(void *context) {
    struct arena *arena = context;
    (void)guard_try(arena, G, 0);
    guard_unlock(arena, G, 1);
}

static void unlock_twice(void *context) {
    struct arena *arena = context;
    (void)guard_try(arena, G, 0);
    guard_unlock(arena, G, 0);
    guard_unlock(arena, G, 0);
}

static void unlock_before_the_end(void *context) {
    struct arena *arena = context;
    (void)guard_try(arena, G, 0);
    journal_set(arena, G, left_of(arena), 1);
    guard_unlock(arena, G, 0);
}

static void wrong_unlocks_panic(void **state) {
    (void)state;
    void (*const wrong[])(void *) = {unlock_anothers, unlock_twice, unlock_before_the_end};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct arena *arena = unit_arena(2, 1, 1);
        assert_true(child_panics(wrong[i], arena));
        arena_close(arena);
    }
}

struct mending {
    int calls;
    int result;
};

static int mend(void *context) {
    struct mending *mending = context;
    mending->calls++;
    errno = mending->result == 0 ? 0 : EIO;
    return mending->result;
}

static void a_failed_repair_keeps_the_guard(void **state) {
    (void)state;
    struct arena *arena = unit_arena(2, 1, 1);
    struct mending mending = {.result = -1};
    guard_set_repair(arena, G, mend, &mending);
    assert_true(guard_try(arena, G, 1));
    journal_set(arena, G, left_of(arena), 5);
    errno = 0;
    assert_int_equal(guard_reap(arena, G, 1), -1);
    assert_int_equal(errno, EIO);
    assert_int_equal(mending.calls, 1);
    assert_false(journal_empty(arena, G));
    assert_false(guard_try(arena, G, 0));
    assert_int_equal(guard_reap(arena, G, 1), -1); // tried again, fails again
    mending.result = 0;
    assert_int_equal(guard_reap(arena, G, 1), 0);
    assert_int_equal(mending.calls, 3);
    assert_true(journal_empty(arena, G));
    assert_int_equal(guarded_get(left_of(arena)), 0);
    assert_true(guard_try(arena, G, 0));
    guard_unlock(arena, G, 0);
    // Reaping one that changed nothing repairs nothing.
    assert_true(guard_try(arena, G, 1));
    assert_int_equal(guard_reap(arena, G, 1), 0);
    assert_int_equal(mending.calls, 3);
    arena_close(arena);
}

static void a_reap_that_was_cut_short_goes_on(void **state) {
    (void)state;
    struct arena *arena = unit_arena(2, 1, 1);
    // As it stands after the swap of the owner word: the coordinator owns it, the journal is the dead one's.
    assert_true(guard_try(arena, G, GUARD_COORDINATOR));
    journal_set(arena, G, left_of(arena), 5);
    journal_set(arena, G, right_of(arena), 6);
    assert_int_equal(guard_reap(arena, G, 1), 0);
    assert_int_equal(guarded_get(left_of(arena)), 0);
    assert_int_equal(guarded_get(right_of(arena)), 0);
    assert_true(guard_try(arena, G, 0));
    guard_unlock(arena, G, 0);
    arena_close(arena);
}

// ---- the coordinator's death ----

enum orphan_case { OWNED_BY_COORDINATOR, TOKEN_LOST, OWNED_BY_SIBLING };

struct family {
    enum orphan_case which;
    char name[ARENA_NAME_SIZE];
    int ready;  // the coordinator has done its part
    int result; // one byte from the worker: what came of it
};

static void be_the_orphan(const struct family *family, struct arena *arena) {
    // A worker that its coordinator's death does not kill, but that ends in any case.
    (void)prctl(PR_SET_PDEATHSIG, 0);
    // With a deadline it waits for it; without one it gives up: nobody reaps the sibling any more.
    bool sibling = family->which == OWNED_BY_SIBLING;
    uint64_t deadline = clock_now() + (sibling ? 150 * CLOCK_MS : LONG_TIME);
    char answer = 'n';
    if (guard_lock(arena, G, 0, deadline) || (sibling && guard_lock(arena, G, 0, CLOCK_NEVER))) {
        answer = journal_empty(arena, G) && guarded_get(left_of(arena)) == 0 ? 'y' : '?';
        guard_unlock(arena, G, 0);
    }
    ssize_t n = write(family->result, &answer, 1);
    _exit(n == 1 ? 0 : 1);
}

static void be_the_coordinator(void *context) {
    struct family *family = context;
    struct arena_config config = {
        .name = family->name, .run_id = "unit", .artists = 1, .slots = 2, .sessions = 1};
    struct arena *arena = arena_create(&config);
    CHILD_CHECK(arena != NULL);
    (void)arena_remove(family->name);
    if (family->which == TOKEN_LOST) {
        CHILD_CHECK(sem_trywait(&arena->header->guard[G].token) == 0);
    } else {
        CHILD_CHECK(guard_try(arena, G, family->which == OWNED_BY_SIBLING ? 1 : GUARD_COORDINATOR));
        journal_set(arena, G, left_of(arena), 9);
    }
    pid_t pid = fork();
    CHILD_CHECK(pid >= 0);
    if (pid == 0) {
        be_the_orphan(family, arena);
    }
    while (guard_figures(arena, G).waits == 0) { // the worker waits already
        (void)sched_yield();
    }
    child_signal(family->ready);
    for (;;) {
        (void)pause();
    }
}

static char orphan_gets(enum orphan_case which) {
    int ready[2], result[2];
    make_pipe(ready);
    make_pipe(result);
    struct family family = {.which = which, .ready = ready[1], .result = result[1]};
    (void)snprintf(family.name, sizeof(family.name), "/ration-unit-family-%ld", (long)getpid());
    pid_t coordinator = child_start(be_the_coordinator, &family);
    assert_true(child_wait_signal(ready[0]));
    assert_false(said_something(result[0])); // while it lives it keeps what it has
    child_kill(coordinator);
    (void)close(result[1]);
    char answer = 0;
    assert_int_equal(read(result[0], &answer, 1), 1);
    close_pipe(ready);
    (void)close(result[0]);
    return answer;
}

static void an_orphan_takes_the_dead_coordinators_guard(void **state) {
    (void)state;
    assert_int_equal(orphan_gets(OWNED_BY_COORDINATOR), 'y'); // and its transaction is rolled back
}

static void an_orphan_needs_no_token(void **state) {
    (void)state;
    assert_int_equal(orphan_gets(TOKEN_LOST), 'y');
}

static void an_orphan_takes_nothing_from_a_sibling(void **state) {
    (void)state;
    assert_int_equal(orphan_gets(OWNED_BY_SIBLING), 'n');
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locks_and_unlocks),
        cmocka_unit_test(processes_exclude_each_other),
        cmocka_unit_test(surplus_tokens_do_no_harm),
        cmocka_unit_test(a_dead_owner_is_rolled_back),
        cmocka_unit_test(survives_a_storm_of_deaths),
        cmocka_unit_test(the_watch_replaces_a_lost_token),
        cmocka_unit_test(the_watch_names_who_hangs),
        cmocka_unit_test(a_deadline_ends_the_wait),
        cmocka_unit_test(wrong_unlocks_panic),
        cmocka_unit_test(a_failed_repair_keeps_the_guard),
        cmocka_unit_test(a_reap_that_was_cut_short_goes_on),
        cmocka_unit_test(an_orphan_takes_the_dead_coordinators_guard),
        cmocka_unit_test(an_orphan_needs_no_token),
        cmocka_unit_test(an_orphan_takes_nothing_from_a_sibling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
