#include "view/run_wait.h"

#include "ration/breaker.h"
#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define S CLOCK_SECOND

static struct ledger_state session[3];
static struct snapshot_wait wait;
static uint64_t answers;

static void begin(void **state) {
    (void)state;
    memset(session, 0, sizeof(session));
    wait = (struct snapshot_wait){.kind = RUN_WAIT_NOTHING};
    answers = 0;
}

// One more look, at that second.
static enum run_wait_kind look_with(uint64_t second, uint32_t sessions, struct run_wait_facts facts) {
    facts.now = second * S;
    facts.sessions = sessions;
    facts.session = session;
    facts.answers = answers;
    run_wait_next(&wait, &facts, &wait);
    return (enum run_wait_kind)wait.kind;
}
static enum run_wait_kind look(uint64_t second, uint32_t sessions) {
    return look_with(second, sessions, (struct run_wait_facts){0});
}
static void hold(uint32_t i, enum ledger_hold kind, uint64_t until) {
    session[i].hold = kind;
    session[i].not_before = until * S;
}

static void waits_for_nothing_while_one_session_may_send(void **state) {
    begin(state);
    assert_int_equal(look(10, 1), RUN_WAIT_NOTHING);
    hold(0, LEDGER_COOL, 50);
    assert_int_equal(look(10, 2), RUN_WAIT_NOTHING);
    hold(1, LEDGER_PARK, 30);
    assert_int_equal(look(11, 2), RUN_WAIT_QUOTA); // the first that is back
    assert_int_equal(wait.until, 30 * S);
    assert_int_equal(wait.session, 1);
    hold(0, LEDGER_COOL, 20);
    assert_int_equal(look(12, 2), RUN_WAIT_RATE);
    assert_int_equal(wait.since, 11 * S);
    assert_int_equal(wait.session, 0);
    session[0].disabled = true;
    assert_int_equal(look(13, 2), RUN_WAIT_QUOTA); // a refused key never comes back
    assert_int_equal(wait.until, 30 * S);
    session[1].disabled = true;
    assert_int_equal(look(14, 2), RUN_WAIT_KEYS);
    assert_true(wait.until == CLOCK_NEVER);
}

static void tells_pauses_and_the_disk_before_the_sessions(void **state) {
    begin(state);
    hold(0, LEDGER_SLOW, 100);
    struct run_wait_facts facts = {.paused_until = CLOCK_NEVER};
    assert_int_equal(look_with(10, 1, facts), RUN_WAIT_PAUSE);
    assert_int_equal(wait.since, 10 * S);
    assert_int_equal(look_with(15, 1, facts), RUN_WAIT_PAUSE);
    assert_int_equal(wait.since, 10 * S);
    facts.day_until = 90 * S; // the quota's pause ends before somebody's
    assert_int_equal(look_with(16, 1, facts), RUN_WAIT_PAUSE);
    facts.paused_until = 90 * S;
    assert_int_equal(look_with(17, 1, facts), RUN_WAIT_DAY);
    assert_int_equal(wait.since, 17 * S);
    facts.disk_wait = 1;
    assert_int_equal(look_with(18, 1, facts), RUN_WAIT_DISK);
    facts.over = true;
    assert_int_equal(look_with(19, 1, facts), RUN_WAIT_NOTHING);
    // A pause that is over is none, and does not linger.
    facts = (struct run_wait_facts){.paused_until = 20 * S};
    session[0].not_before = 0;
    assert_int_equal(look_with(19, 1, facts), RUN_WAIT_PAUSE);
    assert_int_equal(look_with(20, 1, facts), RUN_WAIT_NOTHING);
}

// What was granted lasts for a moment; then nobody can tell when it goes on.
static void waits_for_the_database_of_a_fleet(void **state) {
    begin(state);
    struct run_wait_facts facts = {.away = SNAPSHOT_AWAY - 1};
    assert_int_equal(look_with(10, 1, facts), RUN_WAIT_NOTHING);
    facts.away = 3 * S;
    assert_int_equal(look_with(11, 1, facts), RUN_WAIT_FLEET);
    assert_int_equal(wait.since, 8 * S); // when it was away
    assert_true(wait.until == CLOCK_NEVER);
    facts.away = 5 * S;
    assert_int_equal(look_with(13, 1, facts), RUN_WAIT_FLEET);
    assert_int_equal(wait.since, 8 * S);
    facts.paused_until = CLOCK_NEVER;
    assert_int_equal(look_with(14, 1, facts), RUN_WAIT_PAUSE);
    facts.paused_until = 0;
    hold(0, LEDGER_COOL, 90); // whatever the API says: without the database nothing leaves
    assert_int_equal(look_with(15, 1, facts), RUN_WAIT_FLEET);
    facts.away = 0;
    session[0].not_before = 0;
    assert_int_equal(look_with(16, 1, facts), RUN_WAIT_NOTHING); // it does not linger
}

// Overloaded for a while: holds of one second, between which all that is sent is refused.
static void is_not_over_before_an_answer(void **state) {
    begin(state);
    answers = 7;
    assert_int_equal(look(10, 1), RUN_WAIT_NOTHING);
    for (uint64_t second = 11; second < 40; second += 2) {
        hold(0, LEDGER_SLOW, second + 1);
        assert_int_equal(look(second, 1), RUN_WAIT_OVERLOAD);
        assert_int_equal(wait.until, (second + 1) * S);
        assert_int_equal(look(second + 1, 1), RUN_WAIT_OVERLOAD); // between two holds: it tries
        assert_int_equal(wait.until, (second + 1) * S);
        assert_int_equal(wait.since, 11 * S);
    }
    // The breaker opens: the same trouble.
    session[0].breaker = (struct breaker){.state = BREAKER_OPEN, .until = 60 * S};
    assert_int_equal(look(41, 1), RUN_WAIT_BREAKER);
    assert_int_equal(wait.until, 60 * S);
    assert_int_equal(look(60, 1), RUN_WAIT_BREAKER); // its probe is due
    assert_int_equal(wait.until, 60 * S);
    session[0].breaker.state = BREAKER_HALF_OPEN;
    assert_int_equal(look(61, 1), RUN_WAIT_BREAKER);
    assert_int_equal(wait.since, 11 * S);
    answers++; // of a request that left before
    assert_int_equal(look(62, 1), RUN_WAIT_BREAKER);
    session[0].breaker.state = BREAKER_CLOSED;
    assert_int_equal(look(63, 1), RUN_WAIT_BREAKER);
    answers++;
    assert_int_equal(look(64, 1), RUN_WAIT_NOTHING);
    assert_int_equal(wait.since, 0);
}

// A wait that ends and one that begins between two looks are two.
static void a_wait_that_ended_is_not_the_next_one(void **state) {
    begin(state);
    struct run_wait_facts facts = {.day_until = 20 * S};
    assert_int_equal(look_with(10, 1, facts), RUN_WAIT_DAY);
    facts.day_until = 25 * S; // the same pause, made longer before its end
    assert_int_equal(look_with(19, 1, facts), RUN_WAIT_DAY);
    assert_int_equal(wait.since, 10 * S);
    facts.day_until = 40 * S; // over, and used up again
    assert_int_equal(look_with(26, 1, facts), RUN_WAIT_DAY);
    assert_int_equal(wait.since, 26 * S);
    facts = (struct run_wait_facts){.paused_until = 50 * S};
    assert_int_equal(look_with(41, 1, facts), RUN_WAIT_PAUSE);
    facts.paused_until = 60 * S;
    assert_int_equal(look_with(51, 1, facts), RUN_WAIT_PAUSE);
    assert_int_equal(wait.since, 51 * S);
    hold(0, LEDGER_COOL, 80);
    assert_int_equal(look(70, 1), RUN_WAIT_RATE);
    answers++; // of a request that left before: it still waits
    hold(0, LEDGER_COOL, 85);
    assert_int_equal(look(75, 1), RUN_WAIT_RATE);
    assert_int_equal(wait.since, 70 * S);
    hold(0, LEDGER_COOL, 95); // refused again at once, with no answer between: the same
    assert_int_equal(look(86, 1), RUN_WAIT_RATE);
    assert_int_equal(wait.since, 70 * S);
    answers++; // this time some were answered
    hold(0, LEDGER_COOL, 110);
    assert_int_equal(look(96, 1), RUN_WAIT_RATE);
    assert_int_equal(wait.since, 96 * S);
}

static void does_not_linger_for_ever(void **state) {
    begin(state);
    hold(0, LEDGER_COOL, 20);
    assert_int_equal(look(19, 1), RUN_WAIT_RATE);
    assert_int_equal(look(19 + RUN_WAIT_LINGERS / S - 1, 1), RUN_WAIT_RATE);
    assert_int_equal(look(19 + RUN_WAIT_LINGERS / S, 1), RUN_WAIT_NOTHING);
    hold(0, LEDGER_COOL, 90);
    assert_int_equal(look(80, 1), RUN_WAIT_RATE);
    assert_int_equal(wait.since, 80 * S);
    assert_int_equal(look_with(81, 1, (struct run_wait_facts){.over = true}), RUN_WAIT_NOTHING);
}

static void takes_the_later_of_hold_and_breaker(void **state) {
    begin(state);
    hold(0, LEDGER_SLOW, 20);
    session[0].breaker = (struct breaker){.state = BREAKER_OPEN, .until = 60 * S};
    assert_int_equal(look(10, 1), RUN_WAIT_BREAKER);
    assert_int_equal(wait.until, 60 * S);
    session[0].breaker.cause = BREAKER_REFUSALS;
    assert_int_equal(look(10, 1), RUN_WAIT_REFUSALS);
    assert_true(run_wait_caused_by(RUN_WAIT_REFUSALS, OUTCOME_REFUSED));
    hold(0, LEDGER_PARK, 300);
    assert_int_equal(look(11, 1), RUN_WAIT_QUOTA);
    assert_int_equal(wait.until, 300 * S);
}

static void bears_what_a_broken_coordinator_published(void **state) {
    begin(state);
    memset(&wait, 0xff, sizeof(wait));
    assert_int_equal(look(10, 1), RUN_WAIT_NOTHING);
    memset(&wait, 0xff, sizeof(wait));
    wait.kind = RUN_WAIT_RATE;
    hold(0, LEDGER_COOL, 20);
    assert_int_equal(look(10, 1), RUN_WAIT_RATE);
    assert_int_equal(wait.since, 10 * S);
}

static void has_words_for_each(void **state) {
    (void)state;
    for (int kind = RUN_WAIT_NOTHING + 1; kind < RUN_WAIT_KINDS; kind++) {
        assert_true(run_wait_name((enum run_wait_kind)kind)[0] != '\0');
        assert_true(run_wait_for((enum run_wait_kind)kind, 5)[0] != '\0');
    }
    assert_string_equal(run_wait_for(RUN_WAIT_PAUSE, CLOCK_NEVER), "ration resume (paused)");
    assert_string_equal(run_wait_for(RUN_WAIT_PAUSE, 5), "the end of the pause");
    assert_true(run_wait_caused_by(RUN_WAIT_OVERLOAD, OUTCOME_OVERLOADED));
    assert_false(run_wait_caused_by(RUN_WAIT_OVERLOAD, OUTCOME_RATE_LIMITED));
    assert_true(run_wait_caused_by(RUN_WAIT_BREAKER, OUTCOME_NETWORK_FAULT));
    assert_false(run_wait_caused_by(RUN_WAIT_PAUSE, OUTCOME_NETWORK_FAULT));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_for_nothing_while_one_session_may_send),
        cmocka_unit_test(tells_pauses_and_the_disk_before_the_sessions),
        cmocka_unit_test(waits_for_the_database_of_a_fleet),
        cmocka_unit_test(is_not_over_before_an_answer),
        cmocka_unit_test(a_wait_that_ended_is_not_the_next_one),
        cmocka_unit_test(does_not_linger_for_ever),
        cmocka_unit_test(takes_the_later_of_hold_and_breaker),
        cmocka_unit_test(bears_what_a_broken_coordinator_published),
        cmocka_unit_test(has_words_for_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
