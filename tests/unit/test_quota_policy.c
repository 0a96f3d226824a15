#include "quota/quota_policy.h"
#include "quota/quota_provider.h"
#include "quota/quota_report.h"
#include "ration/clock.h"
#include "unit_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define S CLOCK_SECOND
#define HOUR (3600 * S)
#define DAY CLOCK_DAY
#define START (1000000 * S) // monotonic
#define WALL (1700000000 * S)

static void shares_are_rounded_down(void **state) {
    (void)state;
    assert_int_equal(quota_policy_share(50, 200000), 10);
    assert_int_equal(quota_policy_share(1000, 800000), 800);
    assert_int_equal(quota_policy_share(1, 500000), 0);
    assert_int_equal(quota_policy_share(3, 999999), 2);
    assert_int_equal(quota_policy_share(7, 1000000), 7);
    assert_int_equal(quota_policy_share(UINT64_MAX, 1000000), UINT64_MAX);
    // A mark is reached by the first request that makes it so many percent.
    assert_int_equal(quota_policy_mark(50, 60), 30);
    assert_int_equal(quota_policy_mark(7, 80), 6);
    assert_int_equal(quota_policy_mark(1, 1), 1);
    assert_int_equal(quota_policy_mark(UINT64_MAX, 100), UINT64_MAX);
}

static struct quota_policy_facts facts_at(uint64_t now, uint64_t used) {
    return (struct quota_policy_facts){
        .now = now, .allowed = 10, .used = used, .waiting = true, .pause = 3 * HOUR};
}

#define STEP(policy, facts, verdict) assert_int_equal(quota_policy_step(&(policy), &(facts)), (verdict))

static void pauses_at_its_limit_and_for_its_time(void **state) {
    (void)state;
    struct quota_policy policy;
    quota_policy_begin(&policy, START, 0, 0);
    struct quota_policy_facts facts = facts_at(START, 9);
    STEP(policy, facts, QUOTA_POLICY_STAYS);
    facts.used = 10;
    facts.waiting = false; // all that is left is in flight
    STEP(policy, facts, QUOTA_POLICY_STAYS);
    facts.waiting = true;
    STEP(policy, facts, QUOTA_POLICY_PAUSES);
    assert_int_equal(policy.paused_until, START + 3 * HOUR);
    facts.now = START + 3 * HOUR - 1;
    STEP(policy, facts, QUOTA_POLICY_STAYS);
    facts.now++;
    STEP(policy, facts, QUOTA_POLICY_NEW_PERIOD);
    assert_int_equal(policy.reason, QUOTA_POLICY_BY_TIME);
    // The guard was busy: it is said again.
    facts.used = 0;
    STEP(policy, facts, QUOTA_POLICY_NEW_PERIOD);
    quota_policy_renewed(&policy, facts.now);
    STEP(policy, facts, QUOTA_POLICY_STAYS);
    assert_int_equal(policy.paused_until, 0);
    assert_int_equal(policy.turns, facts.now + DAY);
}

static void a_command_ends_a_pause(void **state) {
    (void)state;
    struct quota_policy policy;
    quota_policy_begin(&policy, START, 0, 0);
    struct quota_policy_facts facts = facts_at(START, 5);
    facts.resume = true; // when nothing is paused it means nothing
    STEP(policy, facts, QUOTA_POLICY_STAYS);
    facts.resume = false;
    facts.used = 10;
    STEP(policy, facts, QUOTA_POLICY_PAUSES);
    facts.now++;
    facts.resume = true;
    STEP(policy, facts, QUOTA_POLICY_NEW_PERIOD);
    assert_int_equal(policy.reason, QUOTA_POLICY_BY_COMMAND);
}

static void the_providers_reset_ends_it_if_it_is_first(void **state) {
    (void)state;
    struct quota_policy policy;
    quota_policy_begin(&policy, START, 0, 0);
    struct quota_policy_facts facts = facts_at(START, 10);
    facts.reset = START + HOUR;
    STEP(policy, facts, QUOTA_POLICY_PAUSES);
    assert_int_equal(policy.paused_until, START + HOUR);
    facts.now = START + HOUR;
    facts.reset = START + HOUR + DAY; // the ledger knows the next one already
    STEP(policy, facts, QUOTA_POLICY_NEW_PERIOD);
    assert_int_equal(policy.reason, QUOTA_POLICY_BY_RESET);
    quota_policy_renewed(&policy, facts.now);
    // One that is later than the pause's own end does not matter,
    facts.now += S;
    STEP(policy, facts, QUOTA_POLICY_PAUSES);
    assert_int_equal(policy.paused_until, facts.now + 3 * HOUR);
    // and one that is heard in the middle of it does.
    facts.reset = facts.now + HOUR;
    STEP(policy, facts, QUOTA_POLICY_SOONER);
    assert_int_equal(policy.paused_until, facts.reset);
    STEP(policy, facts, QUOTA_POLICY_STAYS);
    facts.now += HOUR;
    facts.reset = 0; // of no session any more
    STEP(policy, facts, QUOTA_POLICY_NEW_PERIOD);
    assert_int_equal(policy.reason, QUOTA_POLICY_BY_RESET);
}

static void a_period_turns_without_a_pause(void **state) {
    (void)state;
    struct quota_policy policy;
    quota_policy_begin(&policy, START, 20 * HOUR, 0);
    struct quota_policy_facts facts = facts_at(START + 4 * HOUR - 1, 3);
    STEP(policy, facts, QUOTA_POLICY_STAYS);
    facts.now++;
    STEP(policy, facts, QUOTA_POLICY_NEW_PERIOD);
    quota_policy_renewed(&policy, facts.now);
    facts.reset = facts.now + HOUR;
    STEP(policy, facts, QUOTA_POLICY_STAYS);
    facts.now = facts.reset;
    STEP(policy, facts, QUOTA_POLICY_NEW_PERIOD);
    assert_int_equal(policy.reason, QUOTA_POLICY_BY_RESET);
}

// Three keys whose days end at different hours do not make three days of one.
static void days_of_several_sessions_count_once(void **state) {
    (void)state;
    struct quota_policy policy;
    quota_policy_begin(&policy, START, 0, 0);
    struct quota_policy_facts facts = facts_at(START, 3);
    facts.reset_apart = DAY / 4 * 3;
    unsigned periods = 0;
    for (uint64_t minute = 0; minute < 10 * 1440; minute++) {
        facts.now = START + minute * 60 * S;
        uint64_t of_day = (minute * 60 * S) % DAY, first = 2 * HOUR, second = 5 * HOUR, third = 9 * HOUR;
        facts.reset = facts.now - of_day +
                      (of_day < first    ? first
                       : of_day < second ? second
                       : of_day < third  ? third
                                         : DAY + first);
        if (quota_policy_step(&policy, &facts) == QUOTA_POLICY_NEW_PERIOD) {
            quota_policy_renewed(&policy, facts.now);
            periods++;
        }
    }
    assert_int_equal(periods, 10);
}

static void low_priority_alone_pauses_too(void **state) {
    (void)state;
    struct quota_policy policy;
    quota_policy_begin(&policy, START, 0, 0);
    struct quota_policy_facts facts = facts_at(START, 4);
    facts.only_low = true;
    STEP(policy, facts, QUOTA_POLICY_PAUSES);
    facts.allowed = 0; // no quota, no pause
    quota_policy_begin(&policy, START, 0, 0);
    facts.used = 100;
    STEP(policy, facts, QUOTA_POLICY_STAYS);
}

static void begins_paused(void **state) {
    (void)state;
    struct quota_policy policy;
    quota_policy_begin(&policy, START, 40 * HOUR, START + HOUR);
    struct quota_policy_facts facts = facts_at(START, 10);
    STEP(policy, facts, QUOTA_POLICY_STAYS);
    facts.now = START + HOUR;
    STEP(policy, facts, QUOTA_POLICY_NEW_PERIOD);
}

static void takes_over_what_was_used(void **state) {
    (void)state;
    static const struct quota_policy_moment now = {WALL, "", 0};
#define AT(wall) \
    { wall, "", 0 }
    static const struct {
        const char *name;
        struct quota_policy_past past;
        struct quota_policy_present present;
    } cases[] = {
        {"nothing", {0}, {QUOTA_POLICY_NOTHING, 0, 0, 0, 0}},
        {"an hour ago",
         {true, WALL - HOUR, 7, 0, AT(WALL - S), false, false, 0},
         {QUOTA_POLICY_KEPT, 7, HOUR, 0, 0}},
        {"yesterday",
         {true, WALL - DAY, 7, 0, AT(WALL - HOUR), false, false, 0},
         {QUOTA_POLICY_OVER, 0, 0, 0, 0}},
        {"paused",
         {true, WALL - HOUR, 10, WALL + HOUR, AT(WALL - S), false, false, 0},
         {QUOTA_POLICY_KEPT, 10, HOUR, HOUR, 0}},
        {"a long pause",
         {true, WALL - 2 * DAY, 10, WALL + HOUR, AT(WALL - S), false, false, 0},
         {QUOTA_POLICY_KEPT, 10, DAY + S, HOUR, 0}},
        {"the pause is over",
         {true, WALL - HOUR, 10, WALL - 1, AT(WALL - S), false, false, 0},
         {QUOTA_POLICY_OVER, 0, 0, 0, 0}},
        {"used up, no pause yet",
         {true, WALL - HOUR, 10, 0, AT(WALL - S), false, false, 0},
         {QUOTA_POLICY_KEPT, 10, HOUR, 3 * HOUR - S, 0}},
        {"used up long ago",
         {true, WALL - 5 * HOUR, 10, 0, AT(WALL - 4 * HOUR), false, false, 0},
         {QUOTA_POLICY_OVER, 0, 0, 0, 0}},
        {"the limit was raised",
         {true, WALL - HOUR, 9, WALL + HOUR, AT(WALL - S), false, false, 0},
         {QUOTA_POLICY_KEPT, 9, HOUR, 0, 0}},
        {"the limit was lowered",
         {true, WALL - HOUR, 40, 0, AT(WALL), false, false, 0},
         {QUOTA_POLICY_KEPT, 40, HOUR, 3 * HOUR, 0}},
        {"the clock was put back",
         {true, WALL + HOUR, 7, 0, AT(WALL + 2 * HOUR), false, false, 0},
         {QUOTA_POLICY_CLOCK_BACK, 7, 0, 0, -2 * (int64_t)HOUR}},
        {"likewise, paused",
         {true, WALL + HOUR, 10, WALL + 4 * HOUR, AT(WALL + 2 * HOUR), false, false, 0},
         {QUOTA_POLICY_CLOCK_BACK, 10, 0, 2 * HOUR, -2 * (int64_t)HOUR}},
        {"a corrected clock",
         {true, WALL + S, 7, 0, AT(WALL + S), false, false, 0},
         {QUOTA_POLICY_KEPT, 7, 0, 0, -(int64_t)S}},
        {"a period that begins after it was written",
         {true, WALL - HOUR, 7, 0, AT(WALL - 2 * HOUR), false, false, 0},
         {QUOTA_POLICY_KEPT, 7, 2 * HOUR, 0, 0}},
        {"a pause that is longer than a pause can be",
         {true, WALL - HOUR, 10, WALL + 3000 * DAY, AT(WALL), false, false, 0},
         {QUOTA_POLICY_KEPT, 10, HOUR, 7 * DAY, 0}},
        {"the dead run had more",
         {true, WALL - HOUR, 5, 0, AT(WALL - S), true, false, 8},
         {QUOTA_POLICY_KEPT, 8, HOUR, 0, 0}},
        {"the dead run had less",
         {true, WALL - HOUR, 5, 0, AT(WALL - S), true, false, 4},
         {QUOTA_POLICY_KEPT, 5, HOUR, 0, 0}},
        {"the dead run paused",
         {true, WALL - HOUR, 10, WALL - 1, AT(WALL - S), true, false, 10},
         {QUOTA_POLICY_OVER, 0, 0, 0, 0}},
        {"the dead run went on after its pause",
         {true, WALL - HOUR, 10, WALL - S, AT(WALL - HOUR), true, true, 3},
         {QUOTA_POLICY_KEPT, 3, S, 0, 0}},
        {"and used that up as well",
         {true, WALL - HOUR, 10, WALL - S, AT(WALL - HOUR), true, true, 10},
         {QUOTA_POLICY_KEPT, 10, S, 3 * HOUR, 0}},
        {"the dead run began another period, nobody knows when",
         {true, WALL - 20 * HOUR, 7, 0, AT(WALL - 10 * HOUR), true, true, 3},
         {QUOTA_POLICY_KEPT, 3, 0, 0, 0}},
        {"a dead run alone", {false, 0, 0, 0, AT(0), true, false, 8}, {QUOTA_POLICY_KEPT, 8, 0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct quota_policy_present present = quota_policy_take(&cases[i].past, 10, 3 * HOUR, &now);
        if (memcmp(&present, &cases[i].present, sizeof(present)) != 0) {
            fail_msg("%s: verdict %d, %llu s old, used %llu, rests for %llu s, moved %lld s", cases[i].name,
                     present.verdict, (unsigned long long)(present.age / S), (unsigned long long)present.used,
                     (unsigned long long)(present.rest / S), (long long)(present.moved / (int64_t)S));
        }
    }
}

// One step of a history: so much time really passes, the wall clock is moved, perhaps the machine is booted,
// and a run is started, which sends all it may.
struct step {
    int64_t passes, moves; // seconds
    bool boots;
};

// What has been sent at the end of a history, with 10 a day and a pause of 24 hours.
static uint64_t sent_in(const struct step *steps, size_t count, bool *told) {
    struct quota_policy_moment now = {.wall = WALL, .since_boot = 500 * S, .boot = "boot 0"};
    struct quota_policy_past past = {0};
    uint64_t sent = 0;
    for (size_t i = 0; i < count; i++) {
        now.wall += (uint64_t)(steps[i].passes + steps[i].moves) * S;
        now.since_boot += (uint64_t)steps[i].passes * S;
        if (steps[i].boots) {
            now.boot[5] = (char)(now.boot[5] + 1);
            now.since_boot = S;
        }
        struct quota_policy_present present = quota_policy_take(&past, 10, DAY, &now);
        *told = *told || present.verdict == QUOTA_POLICY_CLOCK_BACK || present.moved < -60 * (int64_t)S ||
                present.moved > 60 * (int64_t)S;
        if (present.rest == 0) {
            sent += 10 - present.used;
            present.rest = DAY;
        }
        past = (struct quota_policy_past){.known = true,
                                          .began = now.wall - present.age,
                                          .used = 10,
                                          .paused_until = now.wall + present.rest,
                                          .written = now};
    }
    return sent;
}

static void no_clock_brings_requests(void **state) {
    (void)state;
    enum { H = 3600, D = 24 * H };
    static const struct {
        const char *name;
        struct step step[8];
        size_t count;
        uint64_t sent;
        bool told;
    } cases[] = {
        {"a day passes", {{0}, {D - 1, 0, false}, {1, 0, false}}, 3, 20, false},
        {"five minutes back", {{0}, {1, -300, false}}, 2, 10, true},
        {"two days back, and forward again", {{0}, {1, -2 * D, false}, {1, 2 * D, false}}, 3, 10, true},
        {"ten years ahead, and back again",
         {{0}, {1, 3650 * D, false}, {1, -3650 * (int64_t)D, false}},
         3,
         10,
         true},
        {"far back", {{0}, {1, -19000 * (int64_t)D, false}}, 2, 10, true},
        {"a day and an hour ahead", {{0}, {1, 25 * H, false}}, 2, 10, true},
        {"again and again",
         {{0}, {1, 25 * H, false}, {1, 25 * H, false}, {1, -60 * H, false}, {1, 25 * H, false}},
         5,
         10,
         true},
        {"less than anybody is told of, again and again",
         {{0}, {1, 59, false}, {1, 59, false}, {1, -59, false}, {1, 59, false}},
         5,
         10,
         false},
        {"back, while a day passes", {{0}, {D / 2, -30 * D, false}, {D / 2, 0, false}}, 3, 20, true},
        {"a boot", {{0}, {H, 0, true}}, 2, 10, false},
        {"a boot, and a day passes", {{0}, {D, 0, true}}, 2, 20, false},
        {"a boot with a clock that stands long ago, which is set later",
         {{0}, {H, -19000 * (int64_t)D, true}, {1, 19000 * (int64_t)D, false}},
         3,
         10,
         true},
        {"ahead before the boot, right after it",
         {{0}, {1, 3650 * D, false}, {H, -3650 * (int64_t)D, true}},
         3,
         10,
         true},
        // What nobody can know.
        {"a boot with a clock that is a day ahead", {{0}, {H, D, true}}, 2, 20, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bool told = false;
        uint64_t sent = sent_in(cases[i].step, cases[i].count, &told);
        if (sent != cases[i].sent || told != cases[i].told) {
            fail_msg("%s: %llu sent, told: %d", cases[i].name, (unsigned long long)sent, told);
        }
    }
}

static struct ledger_state session(void) {
    struct ledger_state state = {0};
    state.dimension[0] = (struct ledger_dimension){
        .unit = DIMENSION_REQUESTS, .window = CLOCK_MINUTE, .limit = 5000, .heard = true, .remaining = 4999};
    state.dimension[1] = (struct ledger_dimension){.unit = DIMENSION_TOKENS,
                                                   .window = CLOCK_MINUTE,
                                                   .limit = 4000000,
                                                   .heard = true,
                                                   .remaining = 3999000};
    return state;
}

static struct ledger_dimension day(uint64_t remaining, uint64_t resets, uint64_t free_at) {
    return (struct ledger_dimension){.unit = DIMENSION_REQUESTS,
                                     .window = CLOCK_DAY,
                                     .limit = 100,
                                     .heard = true,
                                     .fixed = true,
                                     .remaining = remaining,
                                     .resets = resets,
                                     .free_at = free_at};
}

static void sums_up_what_the_providers_said(void **state) {
    (void)state;
    char text[QUOTA_PROVIDER_TEXT];
    struct quota_provider provider = {0};
    struct ledger_state one = session(), silent = {0};
    silent.dimension[0] =
        (struct ledger_dimension){.unit = DIMENSION_REQUESTS, .window = CLOCK_MINUTE, .limit = 60};
    quota_provider_add(&provider, &silent, START);
    assert_false(quota_provider_print(&provider, text));
    quota_provider_add(&provider, &one, START);
    assert_true(quota_provider_print(&provider, text));
    assert_string_equal(text, "4999/5000 requests, 3999000/4000000 tokens");
    assert_int_equal(provider.day_limit, 0);
    assert_int_equal(provider.reset, 0);
    assert_false(quota_provider_spent(&provider));

    // The longest window counts, of each session.
    one.dimension[2] = day(20, START + HOUR, START + HOUR);
    provider = (struct quota_provider){0};
    quota_provider_add(&provider, &one, START);
    assert_true(quota_provider_spent(&provider));
    one.dimension[2] = day(90, START + 2 * HOUR, START);
    quota_provider_add(&provider, &one, START);
    assert_true(quota_provider_print(&provider, text));
    assert_string_equal(text, "110/200 requests, 7998000/8000000 tokens");
    assert_int_equal(provider.day_left, 110);
    assert_int_equal(provider.day_limit, 200);
    assert_int_equal(provider.reset, START + HOUR);
    assert_int_equal(provider.days, 2);
    assert_false(quota_provider_spent(&provider));
    // Who is disabled is not waited for.
    one.disabled = true;
    quota_provider_add(&provider, &one, START);
    assert_int_equal(provider.open, 2);
}

static void only_a_day_that_ends_has_an_end(void **state) {
    (void)state;
    struct ledger_state one = session();
    struct ledger_dimension wrong[] = {day(0, START, START), day(0, START + HOUR, START),
                                       day(0, START + HOUR, START), day(0, START + HOUR, START)};
    wrong[1].fixed = false;              // refills
    wrong[2].window = 30 * CLOCK_DAY;    // a month
    wrong[3].window = 60 * CLOCK_MINUTE; // an hour
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct quota_provider provider = {0};
        one.dimension[2] = wrong[i];
        quota_provider_add(&provider, &one, START);
        assert_int_equal(provider.reset, 0);
        assert_false(quota_provider_spent(&provider));
    }
}

static unsigned count(const char *text, const char *what) {
    unsigned n = 0;
    while ((text = strstr(text, what)) != NULL) {
        n++;
        text += strlen(what);
    }
    return n;
}

static void tells_each_interval_and_threshold_once(void **state) {
    (void)state;
    struct unit_told told;
    struct quota_report report = {.thresholds = {3, {60, 80, 95}}, .interval = 5};
    told_begin(&told);
    quota_report_begin(&report, 0, 50);
    quota_report_use(&report, 4, 50, 1);
    quota_report_use(&report, 12, 50, 1);
    quota_report_use(&report, 12, 50, 1);
    quota_report_use(&report, 11, 50, 1); // one came back
    quota_report_use(&report, 12, 50, 1);
    quota_report_use(&report, 41, 50, 1);
    told_end(&told);
    assert_int_equal(count(told.text, "Quota metrics: "), 8);
    assert_int_equal(count(told.text, "Quota metrics: 10 requests used today (20.0% of daily limit)\n"), 1);
    assert_int_equal(count(told.text, "Quota metrics: 40 requests used today (80.0% of daily limit)\n"), 1);
    assert_int_equal(count(told.text, "WARNING: Quota usage at "), 2);
    assert_int_equal(count(told.text, "WARNING: Quota usage at 60% (30/50 requests)\n"), 1);
    assert_int_equal(count(told.text, "WARNING: Quota usage at 80% (40/50 requests)\n"), 1);

    told_begin(&told);
    quota_report_begin(&report, 0, 50); // a new period
    quota_report_use(&report, 30, 50, 1);
    quota_report_begin(&report, 41, 50); // a run that begins with so many
    quota_report_use(&report, 48, 50, 1);
    told_end(&told);
    assert_int_equal(count(told.text, "WARNING: Quota usage at "), 2);
    assert_int_equal(count(told.text, "at 60% (30/50 requests)\n"), 1);
    assert_int_equal(count(told.text, "at 95% (48/50 requests)\n"), 1);

    told_begin(&told);
    report.metrics = (struct quota_report_cadence){0};
    quota_report_begin(&report, 0, 0);
    quota_report_use(&report, 3, 0, 1);
    quota_report_use(&report, 43, 50, 1); // a limit is heard of
    quota_report_use(&report, 43, 50, 1);
    quota_report_use(&report, 2, 50, 1); // its day has ended
    told_end(&told);
    assert_int_equal(count(told.text, "Quota usage at "), 1);
    assert_int_equal(count(told.text, "at 80% (40/50 requests)\n"), 1);
    assert_int_equal(count(told.text, "Quota metrics: "), 1);
    assert_int_equal(count(told.text, "Quota metrics: 40 requests used today (80.0% of daily limit)\n"), 1);

    told_begin(&told);
    report.metrics = (struct quota_report_cadence){0};
    quota_report_begin(&report, 0, 0);
    quota_report_use(&report, 1000, 0, 1); // one look in a long time
    told_end(&told);
    assert_int_equal(count(told.text, "Quota metrics: "), 10);
    assert_int_equal(count(told.text, "Quota metrics: 1000 requests used today (no daily limit is known)\n"),
                     1);
}

// 500 requests a second for five minutes, and the same number in a day: the lines of both.
static void tells_a_fast_run_by_the_minute(void **state) {
    (void)state;
    struct unit_told told;
    struct quota_provider provider = {.requests = 1, .requests_limit = 30000};
    struct quota_report fast = {.interval = 100}, slow = {.interval = 100};
    told_begin(&told);
    for (uint64_t tick = 1; tick <= 3000; tick++) {
        quota_report_use(&fast, tick * 50, 0, tick * S / 10);
        quota_report_status(&fast, &provider, tick * 50, tick * S / 10);
    }
    told_end(&told);
    assert_int_equal(count(told.text, "Quota metrics: "), 10 + 4);
    assert_int_equal(count(told.text, "Parsed quota status: "), 10 + 4);
    assert_int_equal(count(told.text, "Quota metrics: 1000 requests"), 1);  // the first ten, each hundred
    assert_int_equal(count(told.text, "Quota metrics: 31000 requests"), 1); // then where the run is
    told_begin(&told);
    for (uint64_t minute = 1; minute <= 80; minute++) {
        quota_report_use(&slow, minute * 100, 0, minute * 60 * S);
    }
    told_end(&told);
    assert_int_equal(count(told.text, "Quota metrics: "), 80);
}

static void tells_as_operators_know_it(void **state) {
    (void)state;
    struct unit_told told;
    struct quota_report report = {.interval = 100};
    struct quota_provider provider = {
        .requests = 4999, .requests_limit = 5000, .tokens = 3999000, .tokens_limit = 4000000};
    told_begin(&told);
    quota_report_initialized(true, 1000, 800000);
    quota_report_initialized(true, 0, 1000000);
    quota_report_initialized(false, 0, 1000000);
    quota_report_paused(40, 50, 1700000000 * S, "");
    quota_report_renewed(QUOTA_POLICY_BY_COMMAND, true, 2, 50, 40);
    quota_report_status(&report, &(struct quota_provider){0}, 1, 1);
    quota_report_status(&report, &provider, 1, 1);
    quota_report_status(&report, &provider, 99, 1);
    quota_report_status(&report, &provider, 100, 1);
    told_end(&told);
    assert_int_equal(count(told.text, "] QuotaMonitor initialized: daily_limit=1000, threshold=0.8\n"), 1);
    assert_int_equal(count(told.text, "] QuotaMonitor initialized: daily_limit=none, threshold=1\n"), 1);
    assert_int_equal(count(told.text, "WARNING: PAUSED: Daily quota 80.0% used (limit: 50) - Will resume at "
                                      "2023-11-14T22:13:20.000Z\n"),
                     1);
    assert_int_equal(count(told.text, "] RESUMED: by command; period 2 "), 1);
    assert_int_equal(count(told.text, "] Parsed quota status: 4999/5000 requests, 3999000/4000000 tokens\n"),
                     2);
    assert_int_equal(count(told.text, "\n"), 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_rounded_down),
        cmocka_unit_test(pauses_at_its_limit_and_for_its_time),
        cmocka_unit_test(a_command_ends_a_pause),
        cmocka_unit_test(the_providers_reset_ends_it_if_it_is_first),
        cmocka_unit_test(a_period_turns_without_a_pause),
        cmocka_unit_test(days_of_several_sessions_count_once),
        cmocka_unit_test(low_priority_alone_pauses_too),
        cmocka_unit_test(begins_paused),
        cmocka_unit_test(takes_over_what_was_used),
        cmocka_unit_test(no_clock_brings_requests),
        cmocka_unit_test(sums_up_what_the_providers_said),
        cmocka_unit_test(only_a_day_that_ends_has_an_end),
        cmocka_unit_test(tells_each_interval_and_threshold_once),
        cmocka_unit_test(tells_a_fast_run_by_the_minute),
        cmocka_unit_test(tells_as_operators_know_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
