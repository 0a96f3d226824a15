// What becomes of a worker that ended, and of the artists that it had: real processes, and an arena in which
// they seem to have worked.
#include "crew/in_doubt.h"
#include "crew/reap.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/descriptor.h"
#include "ration/guard.h"
#include "ration/slot.h"
#include "unit_arena.h"
#include "unit_child.h"
#include "unit_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>

#include <cmocka.h>

// The worker was given the first HELD of all artists, and has claimed some of them.
enum { ARTISTS = 20, HELD = 10, CLAIMED = 5 };

static struct crew crew;
static struct input_index input;
static struct settings settings;
static struct unit_told told;

static int begin(void **state) {
    (void)state;
    crew = (struct crew){.arena = unit_arena(2, 1, ARTISTS), .size = 1, .wanted = 1};
    input = (struct input_index){0};
    settings = (struct settings){.in_flight = 8};
    crew.index = &input;
    crew.settings = &settings;
    for (uint32_t i = 0; i < ARTISTS; i++) {
        (void)input_index_add(&input, 1000 + i * 10, 2 + i, 0, PRIORITY_NORMAL);
        board_set_priority(crew.arena, i, PRIORITY_NORMAL);
    }
    slot_prepare(crew.arena, 0);
    crew.worker[0].bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    crew.worker[0].log_feed = -1;
    crew.worker[0].alone = CREW_NOBODY;
    return 0;
}

static int end(void **state) {
    (void)state;
    crew_free(&crew);
    input_index_free(&input);
    arena_close(crew.arena);
    return 0;
}

// ---- a life ----
struct life {
    bool owns_ledger;
    int number; // of the signal that it dies of; 0: it exits with
    int code;
};

static void live(void *context) {
    const struct life *life = context;
    struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    if (life->owns_ledger) {
        CHILD_CHECK(guard_try(crew.arena, GUARD_LEDGER, 0));
    }
    if (life->number != 0) {
        (void)signal(life->number, SIG_DFL); // cmocka has handlers
        (void)raise(life->number);
    }
    _exit(life->code);
}

static void spawn(const struct life *life, uint32_t in_flight) {
    struct slot_order order = {.range = {0, HELD}, .priority = PRIORITY_NORMAL};
    uint32_t artist;
    assert_true(range_table_add(&crew.free[PRIORITY_NORMAL], (struct range){HELD, ARTISTS}));
    assert_true(range_table_add(&crew.worker[0].held[PRIORITY_NORMAL], order.range));
    assert_true(slot_give(crew.arena, 0, &order));
    assert_true(slot_current(crew.arena, 0, &order));
    for (uint32_t i = 0; i < CLAIMED; i++) {
        assert_true(slot_claim(crew.arena, 0, &artist));
        assert_int_equal(artist, i);
    }
    for (uint32_t i = 0; i < in_flight; i++) {
        board_begin(crew.arena, i);
    }
    struct life own = *life;
    crew.worker[0].pid = child_start(live, &own);
    crew_phase_change(&crew.worker[0].phase, CREW_SPAWN);
}

// It is dead, and still to be reaped.
static void wait_for_death(void) {
    siginfo_t dead;
    assert_int_equal(waitid(P_PID, (id_t)crew.worker[0].pid, &dead, WEXITED | WNOWAIT), 0);
}

static void reap(void) {
    told_begin(&told);
    enum reap_result result = reap_workers(&crew, clock_now());
    (void)told_end(&told);
    assert_int_equal(result, REAP_GOES_ON);
}

// ---- how it ended, and what follows ----
static const struct {
    const char *how;
    struct life life;
    bool asked, hung, stopping; // told to end, killed by the watchdog, and the run stops
    bool fleet;
    enum options_in_doubt policy;
    uint32_t in_flight;
    uint32_t crashes; // that its first artist has been in before
    // ----
    bool died;
    uint64_t redistributed, in_doubt, crashed, killed_hung;
    uint32_t free, suspects, uncounted, quarantine, lost, skipped, kept;
} endings[] = {
    {.how = "drained", .life = {.code = WORKER_EXIT_OK}, .asked = true, .free = 20},
    {.how = "left unasked", .life = {.code = WORKER_EXIT_OK}, .died = true, .redistributed = 5, .free = 20},
    {.how = "no evidence: killed from outside",
     .life = {.number = SIGKILL},
     .in_flight = 2,
     .died = true,
     .redistributed = 5,
     .in_doubt = 2,
     .free = 20},
    {.how = "killed while the run stops: nobody is given its artists",
     .life = {.number = SIGKILL},
     .stopping = true,
     .in_flight = 2,
     .died = true,
     .in_doubt = 2,
     .free = 18,
     .kept = 2},
    {.how = "crashed: who was in flight is tried alone",
     .life = {.number = SIGSEGV},
     .in_flight = 2,
     .died = true,
     .redistributed = 5,
     .in_doubt = 2,
     .crashed = 1,
     .free = 18,
     .suspects = 2},
    {.how = "crashed, one of a fleet: who was in flight waits for how many died of it elsewhere",
     .life = {.number = SIGSEGV},
     .fleet = true,
     .in_flight = 2,
     .died = true,
     .redistributed = 5,
     .in_doubt = 2,
     .crashed = 1,
     .free = 18,
     .uncounted = 2},
    {.how = "killed from outside, one of a fleet: who was in flight of a crash before waits",
     .life = {.number = SIGKILL},
     .fleet = true,
     .in_flight = 2,
     .crashes = 1,
     .died = true,
     .redistributed = 5,
     .in_doubt = 2,
     .free = 19,
     .uncounted = 1},
    {.how = "the third crash of its first, one of a fleet: the others' count changes nothing",
     .life = {.number = SIGSEGV},
     .fleet = true,
     .in_flight = 1,
     .crashes = 2,
     .died = true,
     .redistributed = 5,
     .in_doubt = 1,
     .crashed = 1,
     .free = 19,
     .quarantine = 1},
    {.how = "an error exit",
     .life = {.code = WORKER_EXIT_FATAL},
     .in_flight = 1,
     .died = true,
     .redistributed = 5,
     .in_doubt = 1,
     .crashed = 1,
     .free = 19,
     .suspects = 1},
    {.how = "the third crash of its first",
     .life = {.number = SIGSEGV},
     .in_flight = 2,
     .crashes = 2,
     .died = true,
     .redistributed = 5,
     .in_doubt = 2,
     .crashed = 1,
     .free = 18,
     .suspects = 1,
     .quarantine = 1},
    {.how = "hung",
     .life = {.number = SIGKILL},
     .hung = true,
     .in_flight = 1,
     .died = true,
     .redistributed = 5,
     .in_doubt = 1,
     .killed_hung = 1,
     .free = 19,
     .suspects = 1},
    {.how = "hung when it was to end",
     .life = {.number = SIGKILL},
     .asked = true,
     .hung = true,
     .in_flight = 1,
     .died = true,
     .redistributed = 5,
     .in_doubt = 1,
     .killed_hung = 1,
     .free = 19,
     .suspects = 1},
    {.how = "hung when the run ends",
     .life = {.number = SIGKILL},
     .hung = true,
     .stopping = true,
     .in_flight = 1,
     .died = true,
     .in_doubt = 1,
     .killed_hung = 1,
     .free = 19,
     .kept = 1},
    {.how = "--in-doubt fail while the run stops",
     .life = {.number = SIGKILL},
     .stopping = true,
     .policy = OPTIONS_IN_DOUBT_FAIL,
     .in_flight = 2,
     .died = true,
     .in_doubt = 2,
     .free = 18,
     .lost = 2},
    {.how = "--in-doubt skip",
     .life = {.number = SIGKILL},
     .policy = OPTIONS_IN_DOUBT_SKIP,
     .in_flight = 2,
     .died = true,
     .redistributed = 5,
     .in_doubt = 2,
     .free = 18,
     .skipped = 2},
    {.how = "--in-doubt fail",
     .life = {.number = SIGSEGV},
     .policy = OPTIONS_IN_DOUBT_FAIL,
     .in_flight = 2,
     .died = true,
     .redistributed = 5,
     .in_doubt = 2,
     .crashed = 1,
     .free = 18,
     .lost = 2},
};

static void each_end_has_its_consequence(void **state) {
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        print_message("%s\n", endings[i].how);
        if (i > 0) {
            (void)end(state);
            (void)begin(state);
        }
        crew.in_doubt_policy = endings[i].policy;
        crew.fleet = endings[i].fleet;
        for (uint32_t crash = 0; crash < endings[i].crashes; crash++) {
            board_begin(crew.arena, 0);
            assert_int_equal(board_reclaim(crew.arena, 0, true), crash + 1);
        }
        spawn(&endings[i].life, endings[i].in_flight);
        if (endings[i].asked) {
            crew_drain(&crew, 0);
        }
        if (endings[i].hung) {
            crew_phase_change(&crew.worker[0].phase, CREW_HANG);
        }
        crew.stop = (struct stop){.begun = endings[i].stopping,
                                  .end = endings[i].stopping ? STOP_ASKED : STOP_FINISHED};
        wait_for_death();
        reap();
        assert_int_equal(crew.worker[0].phase, CREW_ABSENT);
        assert_int_equal(crew.worker[0].pid, 0);
        assert_int_equal(crew.worker[0].died, endings[i].died);
        assert_int_equal(crew.worker[0].held[PRIORITY_NORMAL].count, 0);
        assert_int_equal(crew.redistributed, endings[i].redistributed);
        assert_int_equal(crew.in_doubt, endings[i].in_doubt);
        assert_int_equal(crew.crashed, endings[i].crashed);
        assert_int_equal(crew.hung, endings[i].killed_hung);
        assert_int_equal(range_table_size(&crew.free[PRIORITY_NORMAL]), endings[i].free);
        assert_int_equal(range_table_size(&crew.suspects), endings[i].suspects);
        assert_int_equal(range_table_size(&crew.uncounted), endings[i].uncounted);
        assert_int_equal(range_table_size(&crew.quarantine), endings[i].quarantine);
        assert_int_equal(range_table_size(&crew.lost), endings[i].lost);
        assert_int_equal(range_table_size(&crew.skipped), endings[i].skipped);
        assert_int_equal(range_table_size(&crew.kept), endings[i].kept);
        // What is undecided stays in flight on the board, where the next run finds it.
        assert_int_equal(in_doubt_count(crew.arena), endings[i].lost + endings[i].skipped + endings[i].kept);
        assert_int_equal(in_doubt_of_run(&crew), endings[i].in_doubt);
    }
}

static void guards_come_first_and_the_ledger_when_it_is_free(void **state) {
    (void)state;
    spawn(&(struct life){.number = SIGKILL}, 1);
    wait_for_death();
    assert_true(guard_try(crew.arena, GUARD_LEDGER, 1)); // another worker settles just now
    reap();
    assert_int_equal(crew.worker[0].phase, CREW_FREED);
    assert_true(reap_pending(&crew));
    assert_int_equal(range_table_size(&crew.worker[0].held[PRIORITY_NORMAL]),
                     HELD); // in no hands but its own
    guard_unlock(crew.arena, GUARD_LEDGER, 1);
    reap();
    assert_int_equal(crew.worker[0].phase, CREW_ABSENT);
    assert_false(reap_pending(&crew));
    assert_int_equal(crew.redistributed, CLAIMED);
}

static void a_guard_that_it_owned_is_free(void **state) {
    (void)state;
    spawn(&(struct life){.owns_ledger = true, .code = WORKER_EXIT_FATAL}, 0);
    wait_for_death();
    assert_false(guard_try(crew.arena, GUARD_LEDGER, GUARD_COORDINATOR));
    reap();
    assert_int_equal(crew.worker[0].phase, CREW_ABSENT);
    assert_true(guard_try(crew.arena, GUARD_LEDGER, GUARD_COORDINATOR));
    guard_unlock(crew.arena, GUARD_LEDGER, GUARD_COORDINATOR);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_end_has_its_consequence, begin, end),
        cmocka_unit_test_setup_teardown(guards_come_first_and_the_ledger_when_it_is_free, begin, end),
        cmocka_unit_test_setup_teardown(a_guard_that_it_owned_is_free, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
