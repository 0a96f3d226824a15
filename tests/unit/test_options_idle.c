// Every option that has no effect beside the others: with what it is told, and with what it is not.
#include "config/options_idle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void parse(const char *line, struct options *options) {
    static char room[512];
    static char *words[32];
    int count = 1;
    words[0] = (char *)(uintptr_t) "run";
    (void)snprintf(room, sizeof(room), "%s", line);
    for (char *rest = room, *word; (word = strsep(&rest, " ")) != NULL;) {
        words[count++] = word;
    }
    words[count] = NULL;
    assert_int_equal(options_parse(count, words, options), 0);
}

static void each_is_told_where_it_counts_for_nothing(void **state) {
    (void)state;
    static const struct {
        const char *line, *option; // option NULL: all have an effect
        bool refused;
    } cases[] = {
        {"--delimiter tab --input-format jsonl", "delimiter", true},
        {"--delimiter tab --input-format csv", NULL, false},
        {"--delimiter tab", NULL, false}, // the name of the input decides, see run_input.c
        {"--keep a --output-format cookbook", "keep", true},
        {"--keep a --output-format openai-batch", NULL, false},
        {"--keep a", NULL, false},
        {"--prompt-variables a=b --prompt-file p", "prompt-variables", true},
        {"--prompt-variables a=b --request p", "prompt-variables", true},
        {"--prompt-variables a=b", "prompt-variables", true},
        {"--prompt-variables a=b --prompt-id p", NULL, false},
        {"--prompt-file p", NULL, false},           // a default is nobody's wish
        {"--batch=no --batch-rows 5", NULL, false}, // switched off by hand: the rest may stand in a file
        {"--batch-mix=no --deadline 2026-12-24T06:00Z", NULL, false},
        {"--preflight --no-preflight", "preflight", false},
        {"--preflight", NULL, false},
        {"--retry-errors all", "retry-errors", false},
        {"--retry-errors all --resume", NULL, false},
        {"--redo-changed", "redo-changed", false},
        {"--redo-changed --resume", NULL, false},
        {"--api-key-ttl 60", "api-key-ttl", false},
        {"--api-key-ttl 60 --api-key-command c", NULL, false},
        {"--api-key-ttl 60 --sessions s", NULL, false},
        {"--tiers t", "tiers", false},
        {"--tiers t --tier x", NULL, false},
        {"--tiers t --sessions s", NULL, false},
        {"--fallback-after 5", "fallback-after", false},
        {"--fallback-after 5 --sessions s", NULL, false},
        {"--session-selection lru", "session-selection", false},
        {"--session-selection lru --sessions s", NULL, false},
        {"--circuit-breaker-threshold 3 --no-circuit-breaker", "circuit-breaker-threshold", false},
        {"--circuit-breaker-timeout 3 --no-circuit-breaker", "circuit-breaker-timeout", false},
        {"--circuit-breaker-threshold 3 --circuit-breaker-timeout 3", NULL, false},
        {"--quota-threshold 0.5 --no-quota-monitoring", "quota-threshold", false},
        {"--quota-log-interval 5 --no-quota-monitoring", "quota-log-interval", false},
        {"--quota-threshold 0.5 --quota-log-interval 5", NULL, false},
        {"--quota-state q", "quota-state", false},
        {"--quota-state q --daily-limit 5", NULL, false},
        {"--low-priority-threshold 0.5", "low-priority-threshold", false},
        {"--low-priority-threshold 0.5 --daily-limit 5", NULL, false},
        {"--deadline 2027-01-01T00:00Z", "deadline", true},
        {"--deadline 2027-01-01T00:00Z --batch --resume", "deadline", true},
        {"--deadline 2027-01-01T00:00Z --batch-mix", NULL, false},
        {"--deadline 2027-01-01T00:00Z --batch-mix --resume --cancel", NULL, false},
        {"--deadline 2027-01-01T00:00Z --batch-mix --cancel", "cancel", true}, // there is nothing yet
        {"--fleet-share-input first", "fleet-share-input", false},
        {"--fleet-share-prompt", "fleet-share-prompt", false},
        {"--fleet-share-input first --fleet-share-prompt --fleet postgresql:///f", NULL, false},
        {"--progress bar --quiet", "progress", false},
        {"--progress none --quiet", NULL, false},
        {"--progress bar", NULL, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct options options;
        struct options_idle idle = {NULL, NULL, false};
        size_t at = 0;
        parse(cases[i].line, &options);
        bool found = options_idle_next(&options, &at, &idle);
        if (found != (cases[i].option != NULL) || (found && strcmp(idle.option, cases[i].option) != 0) ||
            idle.refused != cases[i].refused) {
            print_error("%s: %s\n", cases[i].line, found ? idle.option : "nothing");
            fail();
        }
        assert_false(found && options_idle_next(&options, &at, &idle));
    }
}

static void several_are_all_told(void **state) {
    (void)state;
    struct options options;
    struct options_idle idle;
    size_t at = 0, count = 0;
    parse("--tiers t --fallback-after 5 --retry-errors all", &options);
    while (options_idle_next(&options, &at, &idle)) {
        count++;
    }
    assert_int_equal(count, 3);
}

static void what_the_environment_says_for_all_runs_is_not_told(void **state) {
    (void)state;
    struct options options;
    struct options_idle idle;
    size_t at = 0;
    assert_int_equal(setenv("RATION_FALLBACK_AFTER", "5", 1), 0);
    assert_int_equal(setenv("QUOTA_THRESHOLD", "0.5", 1), 0);
    parse("--no-quota-monitoring", &options);
    assert_false(options_idle_next(&options, &at, &idle));
    assert_int_equal(unsetenv("RATION_FALLBACK_AFTER") | unsetenv("QUOTA_THRESHOLD"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_told_where_it_counts_for_nothing),
        cmocka_unit_test(several_are_all_told),
        cmocka_unit_test(what_the_environment_says_for_all_runs_is_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
