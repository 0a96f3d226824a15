#include "view/summary.h"

#include "ration/clock.h"
#include "ration/money.h"
#include "view/summary_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void assert_share(const struct snapshot_sums *sums, uint64_t elapsed, double expected) {
    double share = summary_quota_share(sums, elapsed);
    assert_true(share > expected - 1e-9 && share < expected + 1e-9);
}

static void shares_what_was_allowed(void **state) {
    (void)state;
    uint64_t minute = 60 * CLOCK_SECOND;
    struct snapshot_sums sums = {.spent_requests = 300, .spent_tokens = 900};
    assert_true(summary_quota_share(&sums, minute) < 0); // no limit
    sums.requests_per_minute = 600;
    assert_share(&sums, minute, 0.5);
    assert_share(&sums, minute / 2, 1.0);
    assert_share(&sums, 10 * minute, 0.05);
    sums.tokens_per_minute = 1000;
    assert_share(&sums, minute, 0.9); // the dimension that was used most
    sums.tokens_per_minute = 10000;
    assert_share(&sums, minute, 0.5);
    sums.requests_per_minute = 0;
    assert_share(&sums, minute, 0.09);
    assert_true(summary_quota_share(&sums, 0) < 0);
}

// By the rule that --resume goes by.
static void says_whom_a_resume_asks_again(void **state) {
    (void)state;
    struct outcome_retry usual = {.which = OUTCOME_AGAIN_USUAL};
    struct snapshot look = {.artists = 10, .failed = 3};
    struct summary summary = {.output_name = "out", .errors_name = "out.errors", .how_it_ended = "finished"};
    char *text = summary_text(&summary, &look);
    assert_non_null(text);
    const char *line = strstr(text, "--resume asks again all but those of class ");
    assert_non_null(line);
    assert_non_null(strstr(line, "(unproven ones it does); ration explain CLASS"));
    for (int i = OUTCOME_DONE + 1; i < OUTCOME_CLASSES; i++) {
        const char *name = outcome_name((enum outcome_class)i);
        assert_int_equal(strstr(line, name) == NULL, outcome_asked_again(&usual, name, false));
        assert_true(outcome_asked_again(&usual, name, true));
    }
    free(text);
}

// What is in doubt, and who decides.
static void says_what_is_kept(void **state) {
    (void)state;
    struct snapshot look = {.artists = 10};
    struct summary summary = {
        .output_name = "out", .errors_name = "", .how_it_ended = "stopped", .in_doubt = 5};
    char *text = summary_text(&summary, &look);
    assert_non_null(strstr(text, "5 requests were in flight"));
    assert_null(strstr(text, "--in-doubt"));
    free(text);
    summary.undecided = 4;
    text = summary_text(&summary, &look);
    assert_non_null(strstr(text, "; 4 are kept for --resume and its --in-doubt\n"));
    free(text);
}

// A cache that was asked for and gave nothing is told, once there was something to give.
static void says_when_nothing_was_kept(void **state) {
    (void)state;
    static const struct {
        bool asked;
        uint64_t answers, cached;
        bool told;
    } table[] = {{true, 2, 0, true}, {true, 1, 0, false}, {true, 2, 1, false}, {false, 2, 0, false}};
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct snapshot look = {
            .artists = 10,
            .sums = {.answers = table[i].answers, .tokens = {.input = 9, .cached = table[i].cached}}};
        struct summary summary = {.output_name = "out",
                                  .errors_name = "",
                                  .how_it_ended = "finished",
                                  .cache_asked = table[i].asked};
        char *text = summary_text(&summary, &look);
        assert_int_equal(strstr(text, "nothing came from it, for all of --cache-prompt") != NULL,
                         table[i].told);
        free(text);
    }
}

static void tells_a_run_as_json(void **state) {
    static struct snapshot look;
    struct summary summary = {
        .before = 10, .in_doubt = 1, .elapsed = 20 * CLOCK_SECOND, .crew = {.identical = 2}};
    struct summary_json what = {.exit = 1,
                                .reason = "finished",
                                .run_id = "20260131T235959-0a1b2c",
                                .started = "2026-01-31T23:59:59Z",
                                .input = "in \"x\".csv",
                                .output = "out.jsonl",
                                .wall = 1770000000ULL * CLOCK_SECOND,
                                .summary = &summary,
                                .look = &look};
    (void)state;
    look.artists = 100;
    look.done = 85;
    look.failed = 5;
    look.sums.ended = 95;
    look.sums.outcome[OUTCOME_DONE] = 80;
    look.sums.tokens =
        (struct tokens){.input = 12345678901ULL, .cached = 9, .written_hour = 8, .reasoning = 7};
    summary.cost = (struct cost_spent){
        .priced = true, .spent = MONEY_DOLLAR / 4, .doubt = 1250, .all = MONEY_DOLLAR, .all_doubt = 2250};
    char *text = summary_json_text(&what);
    static const char *const parts[] = {
        "{\"schema\":1,\"run\":{\"id\":\"20260131T235959-0a1b2c\",\"exit\":1,\"reason\":\"finished\",",
        "\"ended\":\"2026-02-02T02:40:00",
        "\"elapsed_seconds\":20,",
        "\"model\":null,\"input\":\"in \\\"x\\\".csv\"",
        "\"artists\":{\"total\":100,\"done\":85,\"failed\":5,\"left\":10,\"others\":0,\"before\":10,\"in_"
        "doubt\":1,"
        "\"undecided\":0,\"identical\":2,\"per_"
        "second\":4}",
        "\"quota_share\":null",
        "\"outcomes\":{\"done\":80,\"rate_limited\":0",
        "\"tokens\":{\"input\":12345678901,\"output\":0,\"cached\":9,\"cache_write\":0,\"cache_write_1h\":8,"
        "\"reasoning\":7,\"untold\":0}",
        "\"cost\":{\"priced\":true,\"dollars\":0.25,\"doubt_dollars\":0.00000125,\"all_dollars\":1,"
        "\"all_doubt_dollars\":0.00000225}"};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (strstr(text, parts[i]) == NULL) {
            fail_msg("%s is not in %s", parts[i], text);
        }
    }
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    free(text);
}

// Of one that never began nothing is told that is not so.
static void tells_a_run_that_never_began(void **state) {
    const struct summary_json what = {.exit = 2, .reason = "nothing was sent"};
    (void)state;
    char *text = summary_json_text(&what);
    assert_non_null(strstr(text, "\"id\":null,\"exit\":2,"));
    assert_null(strstr(text, "artists"));
    free(text);
}

// The last words of a run whose parts go on: each line fits a terminal, and the command is one for a shell.
static void tells_what_goes_on_with_the_api(void **state) {
    (void)state;
    static struct batch_list list;
    struct batch_record part = {.run = "R", .state = BATCH_CREATED, .made = 1795885480, .until = 1795971880};
    (void)snprintf(part.batch, sizeof(part.batch), "batch_68a1f0a2b4c88190a1b2c3d4e5f60718");
    for (uint32_t i = 1; i <= 24; i++) {
        part.number = i;
        part.rows = i;
        batch_list_add(&list, &part);
    }
    struct summary summary = {
        .output_name = "/srv/out.jsonl",
        .errors_name = "out.errors",
        .how_it_ended = "stopped",
        .batches = {.list = &list,
                    .run = "R",
                    .output = "out.jsonl",
                    .command =
                        "ration run --batch --input 'a b, as long as it is, is one word of it' --output "
                        "out.jsonl --model gpt-5-mini --prompt-file prompt.txt --resume"}};
    static const struct snapshot look = {.artists = 300};
    char *text = summary_text(&summary, &look);
    assert_non_null(text);
    const char *from = strstr(text, "  batches ");
    assert_non_null(from);
    for (const char *line = from; *line != '\0'; line += strcspn(line, "\n") + 1) {
        assert_true(strcspn(line, "\n") <= 80);
    }
    assert_string_equal(from, "  batches       24 parts with 300 rows stay with the API and go on there\n"
                              "    1: 1 row until 11-29 17:04Z, batch_68a1f0a2b4c88190a1b2c3d4e5f60718\n"
                              "    2: 2 rows until 11-29 17:04Z, batch_68a1f0a2b4c88190a1b2c3d4e5f60718\n"
                              "    3: 3 rows until 11-29 17:04Z, batch_68a1f0a2b4c88190a1b2c3d4e5f60718\n"
                              "    4: 4 rows until 11-29 17:04Z, batch_68a1f0a2b4c88190a1b2c3d4e5f60718\n"
                              "    5: 5 rows until 11-29 17:04Z, batch_68a1f0a2b4c88190a1b2c3d4e5f60718\n"
                              "    6: 6 rows until 11-29 17:04Z, batch_68a1f0a2b4c88190a1b2c3d4e5f60718\n"
                              "    7: 7 rows until 11-29 17:04Z, batch_68a1f0a2b4c88190a1b2c3d4e5f60718\n"
                              "    8: 8 rows until 11-29 17:04Z, batch_68a1f0a2b4c88190a1b2c3d4e5f60718\n"
                              "    and 16 more, the last until 2026-11-29 17:04Z\n"
                              "    they are collected by\n"
                              "    ration run --batch --input 'a b, as long as it is, is one word of it' \\\n"
                              "        --output out.jsonl --model gpt-5-mini --prompt-file prompt.txt \\\n"
                              "        --resume\n"
                              "    looked at by   ration status out.jsonl\n"
                              "    cancelled by   ration cancel out.jsonl\n"
                              "    known from     .out.jsonl.batches; take it along with the output\n");
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_goes_on_with_the_api), cmocka_unit_test(shares_what_was_allowed),
        cmocka_unit_test(says_whom_a_resume_asks_again),   cmocka_unit_test(says_what_is_kept),
        cmocka_unit_test(says_when_nothing_was_kept),      cmocka_unit_test(tells_a_run_as_json),
        cmocka_unit_test(tells_a_run_that_never_began),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
