#include "ration/snapshot.h"

#include "arena/layout.h"
#include "ration/clock.h"
#include "unit_child.h"
#include "unit_status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static struct snapshot_gossip gossip, heard;
static struct snapshot snapshot;

static void nothing_was_published(void **state) {
    (void)state;
    struct arena *arena = unit_arena(1, 1, 1);
    memset(&heard, 0xff, sizeof(heard));
    assert_false(snapshot_gossip(arena, &heard));
    assert_int_equal(heard.published, 0);
    assert_int_equal(heard.alerts, 0);
    snapshot_take(arena, UNIT_STATUS_NOW, UNIT_STATUS_WALL, &snapshot);
    assert_int_equal(snapshot.gossip.published, 0);
    arena_close(arena);
}

static void what_is_published_is_heard(void **state) {
    (void)state;
    uint64_t now = UNIT_STATUS_NOW;
    struct arena *arena = unit_arena(1, 1, 1);
    unit_status_gossip(&gossip, now);
    for (int i = 0; i < 5; i++) {
        gossip.restarts_all = (uint64_t)i;
        snapshot_publish(arena, &gossip);
        assert_true(snapshot_gossip(arena, &heard));
        assert_memory_equal(&gossip, &heard, sizeof(gossip));
    }
    arena_close(arena);
}

static void broken_gossip_is_mended(void **state) {
    (void)state;
    struct arena *arena = unit_arena(1, 1, 1);
    memset(&gossip, 0xff, sizeof(gossip));
    snapshot_publish(arena, &gossip);
    assert_true(snapshot_gossip(arena, &heard));
    assert_true(heard.stage < SNAPSHOT_STAGES && heard.use_state < SNAPSHOT_USES);
    assert_true(heard.alerts <= SNAPSHOT_ALERTS && heard.errors <= SNAPSHOT_ERRORS);
    assert_true(heard.history.count <= SNAPSHOT_HISTORY);
    for (uint32_t i = 0; i < SNAPSHOT_HISTORY; i++) {
        assert_true(isfinite(heard.history.artists[i]) && isfinite(heard.history.use[i]));
    }
    assert_string_equal(heard.reason, "");
    assert_string_equal(heard.error[7].text, "");
    assert_string_equal(heard.alert[7].name, "");
    uint64_t now = UNIT_STATUS_NOW;
    snapshot_take(arena, now, UNIT_STATUS_WALL, &snapshot);
    assert_true(snapshot.gossip.published <= now && snapshot.gossip.started <= now);
    // Cut in the middle of a character.
    memset(&gossip, 0, sizeof(gossip));
    memset(gossip.reason, 'x', sizeof(gossip.reason));
    memcpy(gossip.reason + sizeof(gossip.reason) - 2, "\xc3\xa9", 2);
    snapshot_publish(arena, &gossip);
    assert_true(snapshot_gossip(arena, &heard));
    assert_int_equal(strlen(heard.reason), sizeof(gossip.reason) - 2);
    arena_close(arena);
}

// A coordinator that stops in the middle of publishing leaves what it published last.
static void unfinished_publishing_is_not_heard(void **state) {
    (void)state;
    struct arena *arena = unit_arena(1, 1, 1);
    unit_status_gossip(&gossip, UNIT_STATUS_NOW);
    snapshot_publish(arena, &gossip);
    struct layout_gossip *shared = layout_gossip(arena);
    for (uint32_t i = 0; i < LAYOUT_GOSSIP_WORDS / 2; i++) {
        atomic_store(&shared->word[(atomic_load(&shared->sequence) + 1) % 2][i], 0x4141414141414141ULL);
    }
    assert_true(snapshot_gossip(arena, &heard));
    assert_memory_equal(&gossip, &heard, sizeof(gossip));
    arena_close(arena);
}

static void publish_for_ever(void *context) {
    struct arena *arena = context;
    for (uint64_t i = 1;; i++) {
        for (uint32_t slot = 0; slot < BOUNDS_SLOTS; slot++) {
            gossip.restarts[slot] = i;
        }
        gossip.started = gossip.published = gossip.daily_limit = gossip.history.last = i;
        snapshot_publish(arena, &gossip);
    }
}

static void no_reader_sees_a_mixture(void **state) {
    (void)state;
    struct arena *arena = unit_arena(1, 1, 1);
    unsigned good = 0;
    uint64_t last = 0;
    pid_t pid = child_start(publish_for_ever, arena);
    uint64_t end = clock_now() + 20 * CLOCK_SECOND;
    for (unsigned i = 0; (i < 20000 || good < 100) && clock_now() < end; i++) {
        if (!snapshot_gossip(arena, &heard)) {
            continue;
        }
        good++;
        assert_true(heard.published >= last);
        last = heard.published;
        assert_int_equal(heard.started, last);
        assert_int_equal(heard.daily_limit, last);
        assert_int_equal(heard.history.last, last);
        for (uint32_t slot = 0; slot < BOUNDS_SLOTS; slot++) {
            assert_int_equal(heard.restarts[slot], last);
        }
    }
    child_kill(pid);
    assert_true(good >= 100);
    arena_close(arena);
}

static void reads_without_writing(void **state) {
    (void)state;
    uint64_t now = UNIT_STATUS_NOW;
    char name[ARENA_NAME_SIZE];
    (void)snprintf(name, sizeof(name), "/ration-unit-snapshot-%ld", (long)getpid());
    struct arena_config config = {.name = name, .run_id = "unit", .artists = 70, .slots = 2, .sessions = 1};
    struct arena *arena = arena_create(&config);
    assert_non_null(arena);
    struct arena *other = arena_open(name, false); // any store to it would end this process
    (void)arena_remove(name);
    assert_non_null(other);
    ledger_set_limits(arena, 0, &(struct ledger_limits){.told.of[LIMITS_REQUESTS_MINUTE] = 600}, now);
    ledger_set_name(arena, 0, "only");
    unit_status_gossip(&gossip, now);
    snapshot_publish(arena, &gossip);
    board_set(arena, 3, BOARD_DONE);
    board_set(arena, 4, BOARD_FAILED);
    snapshot_take(other, now, 1000, &snapshot);
    assert_int_equal(snapshot.at, now);
    assert_int_equal(snapshot.wall, 1000);
    assert_int_equal(snapshot.artists, 70);
    assert_int_equal(snapshot.done, 1);
    assert_int_equal(snapshot.failed, 1);
    assert_int_equal(snapshot.slots, 2);
    assert_string_equal(snapshot.run_id, "unit");
    assert_string_equal(snapshot.session_name[0], "only");
    assert_int_equal(snapshot.coordinator, getpid());
    assert_int_equal(snapshot.gossip.in_doubt, 3);
    arena_close(other);
    arena_close(arena);
}

static void reports_are_gossip(void **state) {
    (void)state;
    uint64_t now = UNIT_STATUS_NOW;
    struct arena *arena = unit_status_arena(now);
    struct layout_report *report = &layout_slot(arena, 1)->report;
    atomic_store(&report->pid, UINT32_MAX);
    atomic_store(&report->state, 99);
    atomic_store(&report->heartbeat, CLOCK_NEVER);
    atomic_store(&report->started, CLOCK_NEVER);
    atomic_store(&report->begun, UINT32_MAX - 1);
    snapshot_take(arena, now, UNIT_STATUS_WALL, &snapshot);
    assert_int_equal(snapshot.worker[1].report.pid, 0);
    assert_int_equal(snapshot.worker[1].report.state, SLOT_EMPTY);
    assert_int_equal(snapshot.worker[1].report.heartbeat, now);
    assert_int_equal(snapshot.worker[1].report.started, now);
    arena_close(arena);
}

static void adds_up(void **state) {
    (void)state;
    uint64_t now = UNIT_STATUS_NOW;
    struct arena *arena = unit_status_arena(now);
    const struct snapshot_sums *sums = &snapshot.sums;
    snapshot_take(arena, now, UNIT_STATUS_WALL, &snapshot);
    assert_int_equal(sums->in_flight, 12);
    assert_int_equal(sums->live, 3);
    assert_int_equal(sums->ended, 22);
    assert_int_equal(sums->outcome[OUTCOME_DONE], 20);
    assert_int_equal(sums->answers, 20);
    assert_int_equal(sums->tokens.input, 2000);
    assert_int_equal(sums->tokens.output, 5000);
    assert_int_equal(sums->latency_ms, 18000);
    assert_int_equal(sums->sessions_open, 2);
    assert_int_equal(sums->waits_until, 0);
    ledger_hold(arena, 0, 0, LEDGER_COOL, now + 50, UNIT_STATUS_NOW);
    ledger_hold(arena, 0, 1, LEDGER_DISABLE, 0, UNIT_STATUS_NOW);
    snapshot_take(arena, now, UNIT_STATUS_WALL, &snapshot);
    assert_int_equal(sums->sessions_open, 1);
    assert_int_equal(sums->waits_until, now + 50);
    arena_close(arena);
}

static void adds_up_all_slots_and_sessions(void **state) {
    (void)state;
    uint64_t now = UNIT_STATUS_NOW;
    const struct snapshot_sums *sums = &snapshot.sums;
    struct arena *arena = unit_arena(3, 2, 50);
    ledger_set_limits(arena, 0,
                      &(struct ledger_limits){.told.of[LIMITS_REQUESTS_MINUTE] = 600,
                                              .told.of[LIMITS_TOKENS_MINUTE] = 10000},
                      now);
    ledger_set_limits(arena, 1, &(struct ledger_limits){.told.of[LIMITS_REQUESTS_MINUTE] = 60}, now);
    ledger_configure(arena, &(struct ledger_config){.day_share = 1000000});
    for (uint32_t slot = 0; slot < 3; slot++) {
        slot_prepare(arena, slot);
        slot_heartbeat(arena, slot, now, 10 + slot, 20, slot);
        slot_set_state(arena, slot, slot == 1 ? SLOT_DISK_WAIT : SLOT_WORKING);
        for (uint32_t i = 0; i <= slot; i++) {
            slot_count_outcome(arena, slot, OUTCOME_DONE);
            slot_count_outcome(arena, slot, OUTCOME_SERVER_FAULT);
        }
        slot_count_done(arena, slot, &(struct tokens){.input = 100, .output = 7}, 5);
        slot_count_retry(arena, slot);
    }
    board_set(arena, 1, BOARD_DONE);
    board_set(arena, 2, BOARD_DONE);
    board_set(arena, 3, BOARD_FAILED);
    for (int i = 0; i < 2; i++) {
        struct ledger_booking booking;
        assert_int_equal(ledger_admit(arena, 0, &(struct ledger_estimate){.output = 5}, now, 0, &booking),
                         LEDGER_BOOKED);
        (void)ledger_settle(arena, 0, &booking, &(struct ledger_usage){.tokens.input = 3, .tokens.output = 8},
                            now);
    }
    snapshot_look(arena, now, UNIT_STATUS_WALL, &snapshot);
    assert_int_equal(snapshot.artists, 50);
    assert_int_equal(snapshot.done, 2);
    assert_int_equal(snapshot.failed, 1);
    assert_int_equal(sums->in_flight, 33);
    assert_int_equal(sums->disk_wait, 1);
    assert_int_equal(sums->retrying, 0 + 1 + 2);
    assert_int_equal(sums->retries, 3);
    assert_int_equal(sums->answers, 3);
    assert_int_equal(sums->latency_ms, 15);
    assert_int_equal(sums->ended, 12);
    assert_int_equal(sums->outcome[OUTCOME_DONE], 6);
    assert_int_equal(sums->outcome[OUTCOME_SERVER_FAULT], 6);
    assert_int_equal(sums->outcome[OUTCOME_REFUSED], 0);
    assert_int_equal(sums->tokens.input, 300);
    assert_int_equal(sums->tokens.output, 21);
    assert_int_equal(sums->spent_requests, 2);
    assert_int_equal(sums->spent_tokens, 22);
    assert_int_equal(sums->requests_per_minute, 660);
    assert_int_equal(sums->tokens_per_minute, 10000);
    assert_int_equal(sums->sessions_open, 2);
    assert_int_equal(sums->waits_until, 0);
    arena_close(arena);
}

static void tells_until_when_all_wait(void **state) {
    (void)state;
    uint64_t now = UNIT_STATUS_NOW;
    const struct snapshot_sums *sums = &snapshot.sums;
    struct arena *arena = unit_arena(1, 3, 1);
    ledger_hold(arena, 0, 0, LEDGER_COOL, now + 50, UNIT_STATUS_NOW);
    ledger_hold(arena, 0, 1, LEDGER_PARK, now + 30, UNIT_STATUS_NOW);
    snapshot_look(arena, now, UNIT_STATUS_WALL, &snapshot);
    assert_int_equal(sums->waits_until, 0); // one may send
    ledger_hold(arena, 0, 2, LEDGER_COOL, now + 90, UNIT_STATUS_NOW);
    snapshot_look(arena, now, UNIT_STATUS_WALL, &snapshot);
    assert_int_equal(sums->waits_until, now + 30); // the first that may again
    snapshot_look(arena, now + 30, UNIT_STATUS_WALL, &snapshot);
    assert_int_equal(sums->waits_until, 0);
    ledger_hold(arena, 0, 1, LEDGER_DISABLE, 0, UNIT_STATUS_NOW);
    snapshot_look(arena, now, UNIT_STATUS_WALL, &snapshot);
    assert_int_equal(sums->sessions_open, 2);
    assert_int_equal(sums->waits_until, now + 50); // a disabled one does not count
    ledger_hold(arena, 0, 0, LEDGER_DISABLE, 0, UNIT_STATUS_NOW);
    ledger_hold(arena, 0, 2, LEDGER_DISABLE, 0, UNIT_STATUS_NOW);
    snapshot_look(arena, now, UNIT_STATUS_WALL, &snapshot);
    assert_int_equal(sums->sessions_open, 0);
    arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_was_published),
        cmocka_unit_test(what_is_published_is_heard),
        cmocka_unit_test(broken_gossip_is_mended),
        cmocka_unit_test(unfinished_publishing_is_not_heard),
        cmocka_unit_test(no_reader_sees_a_mixture),
        cmocka_unit_test(reads_without_writing),
        cmocka_unit_test(reports_are_gossip),
        cmocka_unit_test(adds_up),
        cmocka_unit_test(adds_up_all_slots_and_sessions),
        cmocka_unit_test(tells_until_when_all_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
