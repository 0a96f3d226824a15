#include "ration/blame.h"

#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define START (1000 * CLOCK_SECOND)
#define STEP (10 * CLOCK_MS) // from a departure to the next event
#define ROWS 128U
#define LEAST 50U

// A history, one letter an event, ten milliseconds apart:
//   .        a new artist is answered
//   x        a new artist is refused
//   A … F    this artist is refused, again        a … f    it is answered
//   +        earlier runs have answers
//   L        a new artist is refused by a limit    1 … 9    this artist is, again
// and what is known at its end.
struct history {
    const char *name;
    const char *events;
    bool mass;                  // the session is at fault
    char of;                    // this artist (A … F)
    enum blame_verdict verdict; // stands so,
    uint32_t left;              // so many being left
    uint32_t most;              // refusals until it is failed
    bool never;
};

static struct blame session;
static struct blame_row row[ROWS];
static uint64_t now;

static void refuse(uint32_t artist, bool limit) {
    const struct blame_refusal refusal = {
        .artist = artist, .status = 400, .departed = now, .least = LEAST, .now = now + STEP / 2};
    if (limit) {
        blame_limited(&session, &row[artist], &refusal);
    } else {
        blame_refused(&session, &row[artist], &refusal);
    }
}

static enum blame_verdict look_at(uint32_t artist, uint32_t most) {
    const struct blame_case facts = {.session = &session, .row = &row[artist], .most = most, .now = now};
    enum blame_verdict verdict = blame_judge(&facts);
    if (verdict == BLAME_AGAIN || verdict == BLAME_ITS_OWN) {
        blame_found(&session, &row[artist]);
    }
    return verdict;
}

// What its worker does now and then.
static void look_at_all(uint32_t most) {
    for (uint32_t artist = 0; artist < ROWS; artist++) {
        if (row[artist].suspect) {
            (void)look_at(artist, most);
        }
    }
}

// What its worker does with an artist of whom enough is known to ask it again.
static void ask_again(uint32_t artist, uint32_t most) {
    if (!row[artist].suspect) {
        return;
    }
    enum blame_verdict verdict = look_at(artist, most);
    row[artist].alone += verdict == BLAME_AGAIN;
    row[artist].excused =
        row[artist].excused || (verdict == BLAME_EXCUSED && session.mass >= row[artist].streak);
}

static void play(const struct history *history) {
    uint32_t next = 32;
    session = (struct blame){0};
    memset(row, 0, sizeof(row));
    now = START;
    for (const char *event = history->events; *event != '\0'; event++, now += STEP) {
        if (*event == '+') {
            continue;
        }
        if (*event == '.') {
            blame_proved(&session, &row[next++ % ROWS], now);
        } else if (*event == 'x') {
            refuse(next++ % ROWS, false);
        } else if (*event >= 'A' && *event <= 'F') {
            ask_again((uint32_t)(*event - 'A'), history->most);
            refuse((uint32_t)(*event - 'A'), false);
        } else if (*event >= 'a' && *event <= 'f') {
            blame_proved(&session, &row[*event - 'a'], now);
        } else if (*event == 'L') {
            refuse(next++ % ROWS, true);
        } else {
            refuse((uint32_t)(*event - '0' + 16), true);
        }
        look_at_all(history->most);
    }
}

static const struct history histories[] = {
    // the session's fault
    {"all are refused in mid-run", ".....xxxxxxxxxA", true, 'A', BLAME_WAIT, 0, 2, false},
    {"and then others are answered", ".....xxxxxxxxxA.", false, 'A', BLAME_EXCUSED, 0, 1, false},
    {"all from the start", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", true, 0, BLAME_WAIT, 0, 2,
     false},
    {"one again and again makes no crowd", "....................AAAAAAAAAAAAAAAAAAAA", false, 'A', BLAME_WAIT,
     0, 2, false},
    {"a bad file, known to be one", "x..x.x..x..x.x.x..x.xx.x.x..xx.xxxx", false, 0, BLAME_WAIT, 0, 2, false},
    {"a bad file, and everybody now", "x..x.x..x..x.x.x..x.xx.x.x..xx.xxxxxxxxxxxxxxxxxxxxxxxx", true, 0,
     BLAME_WAIT, 0, 2, false},
    // the artist's own
    {"nothing is known yet", "......A", false, 'A', BLAME_WAIT, 0, 1, false},
    {"others are answered after it", "......A.", false, 'A', BLAME_ITS_OWN, 0, 1, false},
    {"without a reason: once more", "......A.", false, 'A', BLAME_AGAIN, 0, 2, false},
    {"refused again, and others not", "......A.A.", false, 'A', BLAME_ITS_OWN, 0, 2, false},
    {"a key's status wants three", "......A.A.", false, 'A', BLAME_AGAIN, 0, 3, false},
    {"and has them", "......A.A.A.", false, 'A', BLAME_ITS_OWN, 0, 3, false},
    {"refusals that come and go want more", "...B.b...A.A.", false, 'A', BLAME_AGAIN, 0, 2, false},
    {"five of them", "...B.b...A.A.A.A.A.", false, 'A', BLAME_ITS_OWN, 0, 2, false},
    {"first of all, and others are answered", "A...", false, 'A', BLAME_ITS_OWN, 0, 1, false},
    // nothing is left to compare it with
    {"the last: once more", "......A", false, 'A', BLAME_WAIT, 1, 2, false},
    {"the last, three times", "......AAA", false, 'A', BLAME_UNPROVEN, 1, 2, false},
    {"refused while others were not, and last", "......A.A", false, 'A', BLAME_ITS_OWN, 1, 2, false},
    {"as others before it", "...B.B......AAA", false, 'A', BLAME_ITS_OWN, 1, 2, false},
    {"but not with two tries", "...B.B......AA", false, 'A', BLAME_WAIT, 1, 2, false},
    {"as others, and refusals come and go", "...B.B...C.c...AAA", false, 'A', BLAME_WAIT, 1, 2, false},
    {"five tries then", "...B.B...C.c...AAAAA", false, 'A', BLAME_ITS_OWN, 1, 2, false},
    {"more than chance explains may be the account's", "...B.B......AAA", false, 'A', BLAME_UNPROVEN, 30, 2,
     false},
    {"accounts are refused so as well", "...B.B.B......AAA", false, 'A', BLAME_UNPROVEN, 1, 3, false},
    {"a status that is nobody's own", "......AAA", false, 'A', BLAME_HOPELESS, 1, 2, true},
    {"nothing ever worked, one alone", "AAA", false, 'A', BLAME_HOPELESS, 1, 2, false},
    {"likewise, and earlier runs have answers", "+AAA", false, 'A', BLAME_UNPROVEN, 1, 2, false},
    {"nothing ever worked, two alike", "AABBAB", false, 'A', BLAME_HOPELESS, 2, 2, false},
    {"likewise, and earlier runs have answers", "+AABBAB", false, 'A', BLAME_UNPROVEN, 2, 2, false},
    {"likewise, and accounts are refused so", "+AABBAB", false, 'A', BLAME_HOPELESS, 2, 3, false},
    {"excused once, and alone now: asked again by a later run", ".....xxxxxxxxxA.AAA", false, 'A',
     BLAME_UNPROVEN, 3, 2, false},
};

static void histories_end_as_they_must(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(histories) / sizeof(histories[0]); i++) {
        const struct history *history = &histories[i];
        play(history);
        bool mass = session.mass == session.streak + 1;
        if (mass != history->mass) {
            fail_msg("%s: the session is %sat fault", history->name, mass ? "" : "not ");
        }
        if (history->of == 0) {
            continue;
        }
        const struct blame_case facts = {.session = &session,
                                         .row = &row[history->of - 'A'],
                                         .most = history->most,
                                         .never = history->never,
                                         .held = mass,
                                         .answered = strpbrk(history->events, ".+") != NULL,
                                         .left = history->left,
                                         .now = now};
        enum blame_verdict verdict = blame_judge(&facts);
        if (verdict != history->verdict) {
            fail_msg("%s: verdict %d, not %d", history->name, verdict, history->verdict);
        }
    }
}

// Of a wrong prompt an API says the same to each artist, and names a parameter as well.
static void the_word_of_an_api_that_has_answered_nothing_is_no_verdict(void **state) {
    (void)state;
    assert_int_equal(blame_weighed(BLAME_ROW, false), BLAME_REFUSED);
    assert_int_equal(blame_weighed(BLAME_ROW, true), BLAME_ROW);
    for (int answered = 0; answered < 2; answered++) {
        assert_int_equal(blame_weighed(BLAME_NOTHING, answered), BLAME_NOTHING);
        assert_int_equal(blame_weighed(BLAME_WORKS, answered), BLAME_WORKS);
        assert_int_equal(blame_weighed(BLAME_REFUSED, answered), BLAME_REFUSED);
        assert_int_equal(blame_weighed(BLAME_LIMITED, answered), BLAME_LIMITED);
    }
}

// Requests that leave a millisecond apart, before anything comes back: answered (.) and refused (x), in this
// order. Answers take so long, refusals so long. Then all that were refused are asked again, and refused.
struct burst {
    const char *name;
    const char *requests;
    uint64_t answer, refusal; // milliseconds
    bool mass;                // in the end
    uint32_t own;             // artists that are at fault themselves
    uint32_t unproven;
};

static const struct burst bursts[] = {
    {"the account ends", ".....xxxxxxxxxxxxxxxxxxx", 20, 20, true, 0, 0},
    {"and they passed each other on the way", "..x.xx.xx.xxxxxxxxxxxxxx", 20, 20, true, 0, 0},
    {"the very first was overtaken by all", "x.....xxxxxxxxxxxxxxxxxx", 20, 20, true, 0, 0},
    {"answers are slow", "..x.xx.xx.xxxxxxxxxxxxxx", 2000, 20, true, 0, 0},
    {"refusals are slow", "..x.xx.xx.xxxxxxxxxxxxxx", 20, 2000, true, 0, 0},
    {"it ends near the end: nobody can tell", "....................x.xx", 20, 20, false, 0, 3},
    {"one bad artist among many", "...x....................", 20, 20, false, 1, 0},
    {"slow answers", "...x....................", 2000, 20, false, 1, 0},
    {"a third is bad, and the last are as the others",
     "..x..x..x..x..x..x..x..x..x..x..x..x..x..x..x..x..x..x..x..x..x..x..x..x.....", 20, 20, false, 24, 0},
};

static void come_back(const struct burst *burst, uint64_t after) {
    for (uint32_t i = 0; burst->requests[i] != '\0'; i++) {
        uint64_t left = START + i * CLOCK_MS;
        if (burst->requests[i] == '.' && left + burst->answer * CLOCK_MS == after) {
            blame_proved(&session, &row[i], left);
        } else if (burst->requests[i] == 'x' && left + burst->refusal * CLOCK_MS == after) {
            blame_refused(
                &session, &row[i],
                &(struct blame_refusal){.status = 400, .departed = left, .least = LEAST, .now = after});
        }
    }
}

static void end_burst(uint32_t *own, uint32_t *unproven) {
    uint32_t left = 0;
    for (uint32_t i = 0; i < ROWS; i++) {
        left += row[i].suspect;
    }
    for (uint32_t i = 0; i < ROWS; i++) {
        struct blame_case facts = {.session = &session,
                                   .row = &row[i],
                                   .most = 2,
                                   .held = session.mass == session.streak + 1,
                                   .answered = true,
                                   .left = left,
                                   .now = now};
        enum blame_verdict verdict = row[i].suspect ? blame_judge(&facts) : BLAME_WAIT;
        if (verdict == BLAME_AGAIN || verdict == BLAME_ITS_OWN) {
            blame_found(&session, &row[i]);
            row[i].alone += verdict == BLAME_AGAIN;
        }
        if (verdict == BLAME_ITS_OWN || verdict == BLAME_UNPROVEN) {
            *own += verdict == BLAME_ITS_OWN;
            *unproven += verdict == BLAME_UNPROVEN;
            row[i] = (struct blame_row){0};
        } else if (verdict == BLAME_AGAIN || verdict == BLAME_EXCUSED) {
            blame_refused(&session, &row[i],
                          &(struct blame_refusal){
                              .status = 400, .departed = now, .least = LEAST, .now = now + 20 * CLOCK_MS});
        }
    }
}

static void what_was_under_way_together_proves_little(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(bursts) / sizeof(bursts[0]); i++) {
        const struct burst *burst = &bursts[i];
        uint32_t own = 0, unproven = 0;
        session = (struct blame){0};
        memset(row, 0, sizeof(row));
        for (now = START; now < START + 3 * CLOCK_SECOND; now += CLOCK_MS) {
            come_back(burst, now);
        }
        for (uint32_t round = 0; round < 8; round++, now += 3 * CLOCK_SECOND) {
            end_burst(&own, &unproven);
        }
        bool mass = session.mass == session.streak + 1;
        if (mass != burst->mass || own != burst->own || unproven != burst->unproven) {
            fail_msg("%s: %s, %u are at fault themselves, %u unproven", burst->name,
                     mass ? "the session is at fault" : "the session works", own, unproven);
        }
    }
}

// What is still out counts as answered: refusals come back sooner.
static void waits_for_what_is_out(void **state) {
    (void)state;
    session = (struct blame){.worked = 30, .rows = 12};
    assert_true(blame_is_mass(&session, 4, LEAST));
    assert_false(blame_is_mass(&session, 256, LEAST));
    session.rows = 60; // and may be a bad file, of which little is known yet
    assert_false(blame_is_mass(&session, 256, LEAST));
    session.rows = 256;
    assert_true(blame_is_mass(&session, 256, LEAST));
    session = (struct blame){.worked = 2000, .rows = 12};
    assert_true(blame_is_mass(&session, 256, LEAST));
    session = (struct blame){.rows = LEAST};
    assert_true(blame_is_mass(&session, LEAST, LEAST));
    assert_false(blame_is_mass(&session, LEAST + 1, LEAST));
}

// Refused in a row by a session that went on working: for themselves, though their worker has yet to look.
static void those_of_a_streak_that_ended_count(void **state) {
    (void)state;
    session = (struct blame){0};
    memset(row, 0, sizeof(row));
    now = START;
    for (uint32_t i = 0; i < 40; i++, now += STEP) {
        if (i % 4 == 3) {
            blame_proved(&session, &row[i], now);
        } else {
            refuse(i, false);
        }
    }
    assert_int_equal(session.blamed, 30);
    for (uint32_t i = 40; i < 50; i++, now += STEP) {
        refuse(i, false);
    }
    assert_int_not_equal(session.mass, session.streak + 1); // ten in a row, where three of four are bad
    blame_found(&session, &row[0]);
    assert_int_equal(session.blamed, 30); // once
    blame_found(&session, &row[49]);
    assert_int_equal(session.blamed, 31);
    assert_int_equal(session.rows, 9);
    blame_proved(&session, &row[48], now); // it was spared
    assert_int_equal(session.blamed, 39);
    blame_proved(&session, &row[1], now);
    assert_int_equal(session.blamed, 38);
}

// Those that were under way together come back in any order.
static void a_streak_begins_with_the_earliest(void **state) {
    (void)state;
    session = (struct blame){.worked = 1};
    memset(row, 0, sizeof(row));
    for (uint32_t i = 0; i < 2; i++) {
        blame_refused(&session, &row[i],
                      &(struct blame_refusal){
                          .departed = START - i * STEP, .in_flight = 9, .least = LEAST, .now = START + STEP});
    }
    blame_proved(&session, &row[2], START - STEP / 2);
    assert_int_equal(session.between, 1);
}

// An account that ends while all the rest is in flight: no new artist comes any more at whose refusal it
// shows.
static void all_the_rest_at_once_is_the_accounts_fault(void **state) {
    (void)state;
    session = (struct blame){.worked = 130, .rows = 60, .between = 40, .heard = 1};
    row[0] = (struct blame_row){.suspect = true,
                                .streak = 1,
                                .counted = 1,
                                .tries = 3,
                                .departed = START,
                                .refused_at = START,
                                .status = 400};
    struct blame_case facts = {
        .session = &session, .row = &row[0], .most = 2, .left = 60, .answered = true, .now = START + STEP};
    assert_int_equal(blame_judge(&facts), BLAME_HOPELESS);
    session.rows = 3;
    facts.left = 3;
    assert_int_equal(blame_judge(&facts), BLAME_UNPROVEN);
}

// Another session may show it sooner.
static void goes_elsewhere(void **state) {
    (void)state;
    play(&(struct history){.events = ".....xxxxxxxxxA"});
    struct blame_case facts = {.session = &session, .row = &row[0], .most = 2, .held = true, .now = now};
    assert_int_equal(blame_judge(&facts), BLAME_WAIT);
    facts.elsewhere = true;
    assert_int_equal(blame_judge(&facts), BLAME_EXCUSED);
}

// One that a limit refuses for ever while others are answered: after a few tries it is more than chance.
static void one_too_large_for_a_limit(void **state) {
    (void)state;
    play(&(struct history){.events = "..................1"});
    assert_false(row[17].isolated);
    for (uint32_t again = 0; again < 8 && !blame_proven(&session, row[17].alone); again++) {
        for (int others = 0; others < 10; others++, now += STEP) {
            blame_proved(&session, NULL, now);
        }
        refuse(17, true);
        now += STEP;
        assert_true(row[17].isolated);
    }
    assert_in_range(row[17].alone, 2, 4);
}

// A limit that refuses two of three, silently: whoever is refused is innocent.
static void a_silent_limit_condemns_nobody(void **state) {
    (void)state;
    play(&(struct history){.events = "."});
    uint32_t most = 0;
    for (uint32_t round = 0; round < 300; round++) {
        for (uint32_t i = 0; i < 6;
             i++, now += STEP) { // the same two artists always fall on the refused places
            if (i < 2) {
                blame_proved(&session, NULL, now);
            } else {
                refuse(i, true);
                assert_false(blame_proven(&session, row[i].alone) && row[i].isolated);
            }
        }
        row[4 + round % 2] = (struct blame_row){0}; // others come after them
        most = row[2].alone > most ? row[2].alone : most;
    }
    assert_in_range(most, 0, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(histories_end_as_they_must),
        cmocka_unit_test(the_word_of_an_api_that_has_answered_nothing_is_no_verdict),
        cmocka_unit_test(what_was_under_way_together_proves_little),
        cmocka_unit_test(waits_for_what_is_out),
        cmocka_unit_test(those_of_a_streak_that_ended_count),
        cmocka_unit_test(a_streak_begins_with_the_earliest),
        cmocka_unit_test(all_the_rest_at_once_is_the_accounts_fault),
        cmocka_unit_test(goes_elsewhere),
        cmocka_unit_test(one_too_large_for_a_limit),
        cmocka_unit_test(a_silent_limit_condemns_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
