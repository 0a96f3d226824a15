#include "quota/quota_monitor.h"
#include "quota/quota_start.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/guard.h"
#include "ration/ledger.h"
#include "unit_arena.h"
#include "unit_directory.h"
#include "unit_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum { ARTISTS = 40, LIMIT = 20, ALLOWED = 10 };
#define HOUR (3600 * CLOCK_SECOND)

// A run with one worker, which the test plays.
struct play {
    struct unit_directory directory;
    struct options options;
    struct quota_monitor monitor;
    struct arena *arena;
    struct snapshot look;
    bool rung;
    struct unit_told told;
    uint64_t now;
};

static const struct quota_start_dead nobody = {.found = false};

static int open_monitor(struct play *play) {
    return quota_start_open(&play->monitor, &play->options, "errors.jsonl");
}

static void begin(struct play *play, const struct quota_start_dead *dead) {
    play->now = clock_now();
    play->arena = unit_arena(2, 1, ARTISTS);
    for (uint32_t i = 0; i < ARTISTS; i++) {
        board_set_priority(play->arena, i, i % 2 == 0 ? PRIORITY_NORMAL : PRIORITY_LOW);
    }
    ledger_set_limits(play->arena, 0, &(struct ledger_limits){0}, play->now);
    ledger_configure(play->arena, &(struct ledger_config){.day_share = 1000000});
    assert_int_equal(open_monitor(play), 0);
    quota_start_begin(&play->monitor, play->arena, dead, NULL, play->now);
}

static void end(struct play *play) {
    quota_monitor_end(&play->monitor, play->arena, play->now);
    quota_state_close(&play->monitor.state);
    arena_close(play->arena);
}

static int set_up(void **state) {
    static struct play play;
    play = (struct play){.monitor = QUOTA_MONITOR_NOTHING};
    directory_make(&play.directory);
    play.options = (struct options){
        .input = "artists.csv",
        .output = directory_file(&play.directory, "out.jsonl"),
        .quota_monitoring = true,
        .daily_limit = LIMIT,
        .quota_threshold = 500000,
        .low_priority_threshold = 1000000,
        .pause_duration = HOUR,
        .quota_log_interval = 100,
        .alert_thresholds = {.count = 2, .percent = {60, 80}},
    };
    *state = &play;
    told_begin(&play.told);
    return 0;
}

static int tear_down(void **state) {
    struct play *play = *state;
    told_end(&play->told);
    directory_remove(&play->directory);
    return 0;
}

// What was told since the last call.
static const char *told(struct play *play) {
    const char *text = told_end(&play->told);
    told_begin(&play->told);
    return text;
}

// Requests that are booked and answered.
static uint32_t ask(struct play *play, uint32_t most, bool low) {
    uint32_t booked = 0;
    while (booked < most) {
        struct ledger_estimate estimate = {.input = 10, .output = 10, .low = low};
        struct ledger_booking booking = {0};
        if (ledger_admit(play->arena, 0, &estimate, play->now, 0, &booking) != LEDGER_BOOKED) {
            break;
        }
        play->now = booking.departs > play->now ? booking.departs : play->now;
        (void)ledger_settle(play->arena, 0, &booking, &(struct ledger_usage){.outcome = OUTCOME_DONE},
                            play->now);
        booked++;
    }
    return booked;
}

// What the loop does.
static void tick(struct play *play) {
    snapshot_look(play->arena, play->now, clock_wall(), &play->look);
    struct quota_wish wish = quota_monitor_tick(&play->monitor, play->arena, &play->look, false);
    play->rung = wish.ring;
    if (wish.renew && ledger_quota_renew(play->arena)) {
        ledger_quota_look(play->arena, &play->look.quota);
        quota_monitor_renewed(&play->monitor, &play->look);
        play->rung = true;
    }
}

static void pauses_and_begins_anew(void **state) {
    struct play *play = *state;
    begin(play, &nobody);
    tick(play);
    assert_int_equal(ask(play, 9, false), 9);
    tick(play);
    assert_int_equal(quota_monitor_paused_until(&play->monitor, play->now), 0);
    assert_true(quota_monitor_turns(&play->monitor, play->now) > play->now + 23 * HOUR);
    assert_int_equal(ask(play, 9, false), 1);
    assert_int_equal(ask(play, 9, true), 0);
    assert_false(quota_monitor_resume(&play->monitor));
    tick(play);
    assert_int_equal(quota_monitor_paused_until(&play->monitor, play->now), play->now + HOUR);
    assert_non_null(
        strstr(told(play), "WARNING: PAUSED: Daily quota 50.0% used (limit: 20) - Will resume at "));
    tick(play);
    assert_null(strstr(told(play), "PAUSED"));

    // Somebody holds the guard: a new period has to wait, and is said once.
    play->now += HOUR;
    assert_true(guard_lock(play->arena, GUARD_LEDGER, 0, CLOCK_NEVER));
    tick(play);
    assert_int_equal(ask(play, 0, false), 0);
    assert_null(strstr(told(play), "RESUMED"));
    assert_false(play->rung);
    guard_unlock(play->arena, GUARD_LEDGER, 0);
    tick(play);
    assert_non_null(strstr(told(play), "RESUMED: the pause is over; period 2 of the daily quota begins"));
    assert_true(play->rung);
    assert_int_equal(quota_monitor_paused_until(&play->monitor, play->now), 0);

    assert_int_equal(ask(play, 99, false), ALLOWED);
    tick(play);
    assert_true(quota_monitor_resume(&play->monitor));
    tick(play);
    assert_non_null(strstr(told(play), "RESUMED: by command; period 3"));
    assert_int_equal(ask(play, 99, false), ALLOWED);
    end(play);
    assert_int_equal(quota_monitor_paused_until(NULL, play->now), 0);
}

// A run that stops while all is used up has not said so, but the next one must rest as long.
static void the_next_run_goes_on_with_it(void **state) {
    struct play *play = *state;
    begin(play, &nobody);
    assert_int_equal(ask(play, 4, false), 4);
    end(play);
    begin(play, &nobody);
    assert_non_null(strstr(told(play), "4 of 20 requests of the daily quota were used since "));
    assert_int_equal(ask(play, 99, false), ALLOWED - 4);
    end(play);
    begin(play, &nobody);
    assert_non_null(strstr(told(play), "WARNING: PAUSED: Daily quota 50.0% used"));
    assert_int_equal(ask(play, 99, false), 0);
    uint64_t until = quota_monitor_paused_until(&play->monitor, play->now);
    assert_true(until > play->now + HOUR / 2 && until <= play->now + HOUR);
    end(play);
    // The killed run that wrote the file counted more; one that did not write it is not asked.
    play->options.quota_threshold = 1000000;
    struct quota_start_dead dead = {.found = true, .run = "unit", .quota = {ALLOWED, ALLOWED, 15, 1}};
    begin(play, &dead);
    assert_int_equal(ask(play, 99, false), LIMIT - 15);
    end(play);
    (void)unlink(directory_file(&play->directory, "out.quota.json"));
    play->options.quota_threshold = 500000;
    begin(play, &nobody);
    assert_int_equal(ask(play, 1, false), 1);
    end(play);
    memcpy(dead.run, "else", 5);
    begin(play, &dead);
    assert_int_equal(ask(play, 99, false), ALLOWED - 1);
    end(play);
}

static void low_priority_waits(void **state) {
    struct play *play = *state;
    play->options.low_priority_threshold = 250000;
    begin(play, &nobody);
    assert_int_equal(ask(play, 99, true), 5);
    tick(play);
    assert_non_null(strstr(told(play), "artists of low priority wait for the next period: 5 of 20"));
    assert_int_equal(quota_monitor_paused_until(&play->monitor, play->now), 0); // others are left
    assert_int_equal(ask(play, 2, false), 2);
    for (uint32_t i = 0; i < ARTISTS; i += 2) {
        board_set(play->arena, i, BOARD_DONE);
    }
    tick(play);
    assert_non_null(strstr(told(play), "PAUSED: Daily quota 35.0% used (limit: 20) - Will resume at "));
    play->now += HOUR;
    tick(play);
    assert_int_equal(ask(play, 99, true), 5);
    end(play);
}

// All that is left is in flight: there is nothing that could wait.
static void the_end_of_a_run_is_no_pause(void **state) {
    struct play *play = *state;
    begin(play, &nobody);
    assert_int_equal(ask(play, 99, false), ALLOWED);
    for (uint32_t i = 0; i < ARTISTS; i++) {
        board_set(play->arena, i, BOARD_DONE);
    }
    tick(play);
    assert_null(strstr(told(play), "PAUSED"));
    end(play);
}

// The run ends with its last allowed request: the next one waits for the provider's day where that ends
// before a pause does.
static void the_rest_after_a_run_ends_with_the_providers_day(void **state) {
    struct play *play = *state;
    begin(play, &nobody);
    assert_int_equal(ask(play, 99, false), ALLOWED);
    play->monitor.policy.reset = play->now + HOUR / 4;
    uint64_t wall = clock_wall();
    end(play);
    assert_in_range(play->monitor.record.paused_until, wall + HOUR / 4, clock_wall() + HOUR / 4);
    begin(play, &nobody);
    assert_in_range(quota_monitor_paused_until(&play->monitor, play->now), play->now + HOUR / 5,
                    play->now + HOUR / 4);
    end(play);
}

static void without_a_limit_nothing_is_kept(void **state) {
    struct play *play = *state;
    play->options.daily_limit = 0;
    play->options.quota_log_interval = 4;
    begin(play, &nobody);
    assert_int_equal(ask(play, 30, false), 30);
    tick(play);
    assert_non_null(strstr(told(play), "Quota metrics: 28 requests used today (no daily limit is known)"));
    assert_int_equal(quota_monitor_turns(&play->monitor, play->now), 0);
    assert_false(quota_monitor_resume(&play->monitor));
    end(play);
    assert_int_not_equal(access(directory_file(&play->directory, "out.quota.json"), F_OK), 0);
}

static void refuses_what_allows_nothing(void **state) {
    struct play *play = *state;
    play->options.daily_limit = 1;
    assert_int_equal(open_monitor(play), -1);
    assert_non_null(strstr(told(play), "--quota-threshold 0.5 of --daily-limit 1 allows not one request"));
    play->options.quota_monitoring = false; // then the threshold does not count
    assert_int_equal(open_monitor(play), 0);
    quota_state_close(&play->monitor.state);
    play->options.low_priority_threshold = 500000;
    assert_int_equal(open_monitor(play), -1);
    assert_non_null(
        strstr(told(play), "--low-priority-threshold 0.5 of --daily-limit 1 allows not one request"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(pauses_and_begins_anew),
        TEST(the_next_run_goes_on_with_it),
        TEST(low_priority_waits),
        TEST(the_end_of_a_run_is_no_pause),
        TEST(the_rest_after_a_run_ends_with_the_providers_day),
        TEST(without_a_limit_nothing_is_kept),
        TEST(refuses_what_allows_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
