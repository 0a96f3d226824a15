#include "batch_rule.h"
#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct batch_reply reply_of(long status, const char *body) {
    return (struct batch_reply){
        .whole = true, .sent = true, .status = status, .body = body, .length = strlen(body), .error = ""};
}

// What may have been made is looked for; what was not is made again; nothing else.
static void a_creation_is_made_again_only_if_it_was_not_made(void **state) {
    (void)state;
    static const struct {
        long status;
        const char *body;
        enum batch_rule rule;
    } cases[] = {
        {200, "{}", BATCH_RULE_GOOD},     {201, "{}", BATCH_RULE_GOOD},
        {429, "", BATCH_RULE_LATER},      {500, "", BATCH_RULE_UNKNOWN},
        {503, "", BATCH_RULE_UNKNOWN},    {408, "", BATCH_RULE_UNKNOWN},
        {409, "", BATCH_RULE_UNKNOWN},    {302, "", BATCH_RULE_UNKNOWN},
        {400, "bad", BATCH_RULE_REFUSED}, {401, "", BATCH_RULE_LATER},
        {404, "", BATCH_RULE_REFUSED},    {400, "Enqueued token limit reached", BATCH_RULE_LATER},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct batch_reply reply = reply_of(cases[i].status, cases[i].body);
        assert_int_equal(batch_rule_create(&reply), cases[i].rule);
    }
    struct batch_reply broken = {.sent = true, .body = "", .error = "x"};
    assert_int_equal(batch_rule_create(&broken), BATCH_RULE_UNKNOWN);
    broken.status = 200; // the headers came, and the rest did not
    assert_int_equal(batch_rule_create(&broken), BATCH_RULE_UNKNOWN);
    broken = (struct batch_reply){.sent = false, .body = "", .error = "x"};
    assert_int_equal(batch_rule_create(&broken), BATCH_RULE_LATER);
}

static void a_file_is_uploaded_again(void **state) {
    (void)state;
    static const struct {
        long status;
        const char *body;
        enum batch_rule rule;
    } cases[] = {
        {200, "{}", BATCH_RULE_GOOD},
        {429, "", BATCH_RULE_LATER},
        {500, "", BATCH_RULE_LATER},
        {413, "", BATCH_RULE_TOO_LARGE},
        {400, "The batch input file is larger than the 209715200 maximum", BATCH_RULE_TOO_LARGE},
        {400, "File is too large.", BATCH_RULE_TOO_LARGE},
        {400, "no", BATCH_RULE_REFUSED},
        {403, "", BATCH_RULE_REFUSED},
        {401, "", BATCH_RULE_LATER}, // it is the key's fault
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct batch_reply reply = reply_of(cases[i].status, cases[i].body);
        assert_int_equal(batch_rule_upload(&reply), cases[i].rule);
    }
    struct batch_reply broken = {.sent = true, .body = "", .error = "x"};
    assert_int_equal(batch_rule_upload(&broken), BATCH_RULE_LATER);
}

static void a_batch_is_lost_only_after_an_hour(void **state) {
    (void)state;
    struct batch_reply reply = reply_of(404, "");
    assert_false(batch_rule_lost(&reply, 1000, 1001));
    assert_false(batch_rule_lost(&reply, 1000, 4600));
    assert_true(batch_rule_lost(&reply, 1000, 4601));
    reply.status = 500;
    assert_false(batch_rule_lost(&reply, 1000, 100000));
    reply = (struct batch_reply){.status = 404, .body = ""}; // not whole
    assert_false(batch_rule_lost(&reply, 1000, 100000));
}

static void a_cancellation_is_asked_for_until_it_is_known(void **state) {
    (void)state;
    static const struct {
        long status;
        bool known;
    } cases[] = {{200, true}, {202, true}, {409, true},  {400, true},  {404, true},
                 {405, true}, {410, true}, {429, false}, {500, false}, {401, false}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct batch_reply reply = reply_of(cases[i].status, "");
        assert_int_equal(batch_rule_cancelled(&reply), cases[i].known);
        reply.whole = false;
        assert_false(cases[i].status >= 400 && batch_rule_cancelled(&reply));
    }
}

static void no_more_waits_than_the_api_said(void **state) {
    (void)state;
    static const struct {
        uint64_t limit, open, tokens;
        bool fits;
    } cases[] = {{0, 1000, 1000, true},
                 {1000, 0, 5000, true},
                 {1000, 500, 500, true},
                 {1000, 500, 501, false},
                 {1000, 1000, 1, false},
                 {1000, 2000, 1, false},
                 {UINT64_MAX, 1, UINT64_MAX, false}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(batch_rule_fits(cases[i].limit, cases[i].open, cases[i].tokens), cases[i].fits);
    }
}

static void a_list_is_read_as_far_as_it_may_help(void **state) {
    (void)state;
    struct batch_search search = {.after = "b", .last_created = 10000};
    assert_true(batch_rule_more(&search, 10000));
    assert_true(batch_rule_more(&search, 10300)); // clocks differ
    assert_false(batch_rule_more(&search, 10301));
    search.last_created = 0; // it does not tell
    assert_true(batch_rule_more(&search, 10301));
    search.after[0] = '\0';
    assert_false(batch_rule_more(&search, 0));
}

static void rows_come_to_an_end(void **state) {
    (void)state;
    static const struct {
        enum outcome_class kind;
        bool final;
        uint32_t counted, uncounted;
        enum batch_rule_row row;
    } cases[] = {
        {OUTCOME_DONE, false, 0, 0, BATCH_ROW_DONE},
        {OUTCOME_REFUSED, false, 0, 0, BATCH_ROW_FAILS},
        {OUTCOME_IN_DOUBT, false, 0, 0, BATCH_ROW_FAILS},
        {OUTCOME_RATE_LIMITED, false, 4, 0, BATCH_ROW_AGAIN_FREE},
        {OUTCOME_OVERLOADED, false, 4, 18, BATCH_ROW_AGAIN_FREE},
        {OUTCOME_OVERLOADED, false, 4, 19, BATCH_ROW_FAILS},
        {OUTCOME_SERVER_FAULT, false, 0, 9, BATCH_ROW_AGAIN},
        {OUTCOME_SERVER_FAULT, false, 3, 0, BATCH_ROW_AGAIN},
        {OUTCOME_SERVER_FAULT, false, 4, 0, BATCH_ROW_FAILS},
        {OUTCOME_SERVER_FAULT, true, 0, 0, BATCH_ROW_FAILS},
        {OUTCOME_INVALID_ANSWER, false, 1, 0, BATCH_ROW_AGAIN},
        {OUTCOME_INVALID_ANSWER, false, 2, 0,
         BATCH_ROW_FAILS}, // each kind as often as one that is asked alone
        {OUTCOME_NETWORK_FAULT, false, 6, 0, BATCH_ROW_FAILS},
        {OUTCOME_NETWORK_FAULT, false, 5, 0, BATCH_ROW_AGAIN},
    };
    const struct settings settings = {
        .attempts = 5, .attempts_server = 5, .attempts_network = 7, .attempts_invalid = 3};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct outcome outcome = {.kind = cases[i].kind, .final = cases[i].final};
        assert_int_equal(batch_rule_row(&outcome, cases[i].counted, cases[i].uncounted, &settings),
                         cases[i].row);
    }
}

static void what_was_never_asked_costs_no_attempt(void **state) {
    (void)state;
    static const struct {
        const char *code;
        enum outcome_class kind;
    } cases[] = {{"batch_expired", OUTCOME_OVERLOADED},
                 {"batch_cancelled", OUTCOME_OVERLOADED},
                 {"request_timeout", OUTCOME_SERVER_FAULT},
                 {"invalid_request_error", OUTCOME_REFUSED},
                 {"", OUTCOME_SERVER_FAULT}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct batch_result result = {0};
        (void)snprintf(result.code, sizeof(result.code), "%s", cases[i].code);
        struct outcome outcome = batch_rule_without(&result);
        assert_int_equal(outcome.kind, cases[i].kind);
        assert_non_null(outcome.message);
        assert_int_equal(batch_rule_unrun(&result), cases[i].kind == OUTCOME_OVERLOADED);
    }
}

// A line of the journal for each step that people would see, and not for each look.
static void what_the_api_tells_is_noted_when_it_says_more(void **state) {
    (void)state;
    static const struct {
        const char *what, *status;
        enum batch_phase phase;
        uint64_t done, failed, expires, now;
        bool told;
        const char *word;
    } cases[] = {
        {"nothing is new", "in_progress", BATCH_GOING, 100, 0, 0, 99999, false, "in_progress"},
        {"a few more", "in_progress", BATCH_GOING, 105, 0, 0, 1001, false, "in_progress"},
        {"a few more, after a while", "in_progress", BATCH_GOING, 105, 0, 0, 1600, true, "in_progress"},
        {"many more", "in_progress", BATCH_GOING, 105, 5, 0, 1001, true, "in_progress"},
        {"fewer: it counts anew", "in_progress", BATCH_GOING, 0, 0, 0, 1001, true, "in_progress"},
        {"another word", "finalizing", BATCH_GOING, 100, 0, 0, 1001, true, "finalizing"},
        {"its end", "Completed", BATCH_COMPLETED, 1000, 0, 0, 1001, true, "completed"},
        {"its end, as others say", "canceled", BATCH_CANCELLED, 100, 0, 0, 1001, true, "cancelled"},
        {"as Anthropic says", "ended", BATCH_EXPIRED, 100, 0, 0, 1001, true, "expired"},
        {"when it ends", "in_progress", BATCH_GOING, 100, 0, 5000, 1001, true, "in_progress"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct batch_record part = {.rows = 1000, .at = 1000, .done = 100, .status = "in_progress"};
        struct batch_object object = {.phase = cases[i].phase,
                                      .completed = cases[i].done,
                                      .failed = cases[i].failed,
                                      .expires = cases[i].expires};
        (void)snprintf(object.status, sizeof(object.status), "%s", cases[i].status);
        if (batch_rule_told(&object, cases[i].now, &part) != cases[i].told ||
            strcmp(part.status, cases[i].word) != 0 || part.done != (cases[i].told ? cases[i].done : 100)) {
            fail_msg("%s: %s, %d done", cases[i].what, part.status, (int)part.done);
        }
    }
}

static void a_key_is_given_up_by_what_it_did(void **state) {
    (void)state;
    static const struct batch_reply good = {.whole = true, .status = 200, .body = ""};
    static const struct batch_reply refused = {.whole = true, .status = 401, .body = ""};
    static const struct batch_reply broken = {.body = "", .error = "x"};
    static const struct batch_reply absent = {.whole = true, .status = 404, .body = ""};
    struct batch_key key = {0};
    for (uint64_t i = 0; i < 2; i++) { // never taken: soon
        batch_rule_key(&key, &refused, 7 + i);
        assert_false(batch_rule_key_gone(&key, 7 + i));
    }
    batch_rule_key(&key, &refused, 9);
    assert_true(batch_rule_key_gone(&key, 9));
    batch_rule_key(&key, &broken, 9); // says nothing
    batch_rule_key(&key, &absent, 9);
    assert_true(batch_rule_key_gone(&key, 9));
    batch_rule_key(&key, &good, 9);
    assert_false(batch_rule_key_gone(&key, 9));
    for (uint64_t i = 0; i < 10; i++) { // it has worked: not for a while
        batch_rule_key(&key, &refused, 1000 + i * CLOCK_MINUTE);
        assert_false(batch_rule_key_gone(&key, 1000 + i * CLOCK_MINUTE));
    }
    assert_true(batch_rule_key_gone(&key, 1001 + 10 * CLOCK_MINUTE));
}

static void a_window_ends_where_that_is_known(void **state) {
    (void)state;
    static const struct {
        uint64_t expires, created;
        uint32_t hours;
        uint64_t until;
    } cases[] = {{500, 100, 24, 500}, {0, 100, 24, 86500}, {0, 100, 168, 604900},
                 {500, 0, 0, 500},    {0, 100, 0, 0},      {0, 0, 24, 0}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct batch_object object = {.expires = cases[i].expires, .created = cases[i].created};
        assert_int_equal(batch_rule_until(&object, cases[i].hours), cases[i].until);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_ends_where_that_is_known),
        cmocka_unit_test(a_creation_is_made_again_only_if_it_was_not_made),
        cmocka_unit_test(a_file_is_uploaded_again),
        cmocka_unit_test(a_key_is_given_up_by_what_it_did),
        cmocka_unit_test(a_batch_is_lost_only_after_an_hour),
        cmocka_unit_test(a_cancellation_is_asked_for_until_it_is_known),
        cmocka_unit_test(no_more_waits_than_the_api_said),
        cmocka_unit_test(a_list_is_read_as_far_as_it_may_help),
        cmocka_unit_test(rows_come_to_an_end),
        cmocka_unit_test(what_was_never_asked_costs_no_attempt),
        cmocka_unit_test(what_the_api_tells_is_noted_when_it_says_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
