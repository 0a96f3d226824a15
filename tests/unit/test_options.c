#include "config/options.h"

#include "config/options_table.h"
#include "ration/clock.h"
#include "unit_told.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

// "--max-workers" is RATION_MAX_WORKERS.
static const char *variable_of(const char *option) {
    static char name[80];
    int n = snprintf(name, sizeof(name), "RATION_%s", option);
    for (int i = 0; i < n; i++) {
        name[i] = name[i] == '-' ? '_' : (char)toupper((unsigned char)name[i]);
    }
    return name;
}

static int forget_environment(void **state) {
    (void)state;
    for (size_t i = 0; i < options_row_count; i++) {
        (void)unsetenv(variable_of(options_rows[i].name));
    }
    return 0;
}

// Parses "run" and up to four words. What is told lands in `told`.
static int parse_told(const char *a, const char *b, const char *c, const char *d, struct options *options,
                      struct unit_told *told) {
    static char words[5][200];
    char *argv[6] = {words[0], NULL};
    int argc = 1;
    const char *const given[] = {a, b, c, d};
    (void)snprintf(words[0], sizeof(words[0]), "run");
    for (int i = 0; i < 4 && given[i] != NULL; i++) {
        (void)snprintf(words[argc], sizeof(words[argc]), "%s", given[i]);
        argv[argc] = words[argc];
        argc++;
    }
    argv[argc] = NULL;
    told_begin(told);
    int result = options_parse(argc, argv, options);
    (void)told_end(told);
    return result;
}

static void parse(const char *a, const char *b, const char *c, const char *d, struct options *options) {
    struct unit_told told;
    int result = parse_told(a, b, c, d, options, &told);
    assert_string_equal(told.text, "");
    assert_int_equal(result, 0);
}

// Is refused, and the message names both the option and what was wrong with it.
static void assert_refused(const char *a, const char *b, const char *names, const char *says) {
    struct options options;
    struct unit_told told;
    if (parse_told(a, b, NULL, NULL, &options, &told) != -1) {
        fail_msg("accepted: %s %s", a, b != NULL ? b : "");
    }
    if (strstr(told.text, names) == NULL || strstr(told.text, says) == NULL) {
        fail_msg("%s %s: says only: %s", a, b != NULL ? b : "", told.text);
    }
    assert_ptr_equal(strchr(told.text, '\n'), told.text + strlen(told.text) - 1); // one line
}

static void has_defaults(void **state) {
    (void)state;
    struct options options;
    parse(NULL, NULL, NULL, NULL, &options);
    assert_null(options.input);
    assert_null(options.output);
    assert_null(options.errors);
    assert_null(options.model);
    assert_null(options.api_key_file);
    assert_string_equal(options.provider, "openai");
    assert_string_equal(options.prompt_variables, "artist_name=name,artist_data=data");
    assert_int_equal(options.input_format, OPTIONS_FORMAT_AUTO);
    assert_int_equal(options.progress, OPTIONS_PROGRESS_AUTO);
    assert_int_equal(options.on_truncated, 0);
    assert_false(options.resume);
    assert_false(options.verbose);
    assert_false(options.quiet);
    assert_int_equal(options.limit, 0);
    assert_int_equal(options.max_workers, 4);
    assert_int_equal(options.in_flight, 0);
    assert_int_equal(options.quota_threshold, 800000);
    assert_int_equal(options.pause_duration, 24 * 3600 * CLOCK_SECOND);
    assert_true(options.quota_monitoring);
    assert_true(options.circuit_breaker);
    assert_int_equal(options.attempts, 5);
    assert_int_equal(options.timeout, 0); // as the tier needs
    assert_int_equal(options.connect_timeout, 10 * CLOCK_SECOND);
    assert_int_equal(options.limits.of[LIMITS_REQUESTS_MINUTE], 0);
    assert_int_equal(options.limits.of[LIMITS_TOKENS_MINUTE], 0);
    assert_int_equal(options.sync, CLOCK_SECOND);
}

static void the_command_line_wins_over_the_environment(void **state) {
    (void)state;
    struct options options;
    assert_int_equal(setenv("RATION_MAX_WORKERS", "7", 1), 0);
    assert_int_equal(setenv("RATION_OUTPUT", "from-environment", 1), 0);
    assert_int_equal(setenv("RATION_INPUT", "", 1), 0); // empty is not set
    assert_int_equal(setenv("RATION_RESUME", "yes", 1), 0);
    assert_int_equal(setenv("RATION_QUIET", "0", 1), 0);
    parse(NULL, NULL, NULL, NULL, &options);
    assert_int_equal(options.max_workers, 7);
    assert_string_equal(options.output, "from-environment");
    assert_null(options.input);
    assert_true(options.resume);
    assert_false(options.quiet);
    parse("--max-workers", "9", "--output=here", "--quiet", &options);
    assert_int_equal(options.max_workers, 9);
    assert_string_equal(options.output, "here");
    assert_true(options.quiet);
    parse("--max-workers=1", "--max-workers=2", NULL, NULL, &options); // the last one counts
    assert_int_equal(options.max_workers, 2);
    // A wrong value is refused even where the command line would win.
    assert_int_equal(setenv("RATION_MAX_WORKERS", "many", 1), 0);
    assert_refused("--max-workers", "2", "RATION_MAX_WORKERS", "\"many\"");
}

// What an option takes whose text has a form of its own.
static const char *form_of(const char *option) {
    static const char *const forms[][2] = {
        {"retry-errors", "refused,overloaded"},
        {"max-cost", "2.50"},
        {"max-cost-run", "2.50"},
        {"price", "0.25,1.25"},
        {"retries", "server_fault=3"},
        {"alert-thresholds", "10,20"},
        {"alert-webhook", "http://hooks.example/x?y"},
        {"listen", "127.0.0.1:8080"},
        {"http-host", "ration.example.com,front"},
        {"deadline", "2026-12-24T06:00Z"},
    };
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (strcmp(forms[i][0], option) == 0) {
            return forms[i][1];
        }
    }
    fail_msg("--%s: what does it take?", option);
    return NULL;
}

static void every_option_may_come_from_the_environment(void **state) {
    (void)state;
    static const char *const good[OPTIONS_CHECKED + 1] = {
        [OPTIONS_TEXT] = "some text",
        [OPTIONS_FLAG] = "yes",
        [OPTIONS_UNFLAG] = "yes",
        [OPTIONS_SHARE] = "0.25",
    };
    for (size_t i = 0; i < options_row_count; i++) {
        const struct options_row *row = &options_rows[i];
        char text[64];
        if (strcmp(row->name, "config") == 0) { // see test_options_file.c
            continue;
        }
        const char *value = row->kind == OPTIONS_CHECKED ? form_of(row->name) : good[row->kind];
        struct options from_environment, from_line, defaults;
        if (row->kind == OPTIONS_CHOICE) { // its last word
            (void)snprintf(text, sizeof(text), "%s", strrchr(row->value, '|') + 1);
            value = text;
        } else if (value == NULL) { // not the default
            (void)snprintf(text, sizeof(text), "%llu", (unsigned long long)row->least + 2);
            value = text;
        }
        char option[80];
        (void)snprintf(option, sizeof(option), "--%s", row->name);
        parse(NULL, NULL, NULL, NULL, &defaults);
        bool flag = row->kind == OPTIONS_FLAG || row->kind == OPTIONS_UNFLAG;
        parse(option, flag ? NULL : value, NULL, NULL, &from_line);
        assert_int_equal(setenv(variable_of(row->name), value, 1), 0);
        parse(NULL, NULL, NULL, NULL, &from_environment);
        assert_int_equal(unsetenv(variable_of(row->name)), 0);
        const char *line = (const char *)&from_line + row->offset;
        const char *environment = (const char *)&from_environment + row->offset;
        if (row->kind == OPTIONS_TEXT || row->offset == offsetof(struct options, alert_webhook)) {
            assert_string_equal(*(char *const *)(const void *)line, value);
            assert_string_equal(*(char *const *)(const void *)environment, value);
        } else {
            size_t size = flag ? sizeof(bool) : row->kind == OPTIONS_CHOICE ? sizeof(int) : sizeof(uint64_t);
            assert_memory_equal(line, environment, size);
            if (row->initial == NULL || !flag) { // a flag that is set anyway
                assert_memory_not_equal(line, (const char *)&defaults + row->offset, size);
            }
        }
    }
}

static void checks_every_numbers_range(void **state) {
    (void)state;
    for (size_t i = 0; i < options_row_count; i++) {
        const struct options_row *row = &options_rows[i];
        char option[80], text[40];
        struct options options;
        (void)snprintf(option, sizeof(option), "--%s", row->name);
        if (row->kind != OPTIONS_COUNT && row->kind != OPTIONS_SECONDS && row->kind != OPTIONS_INTERVAL) {
            continue;
        }
        assert_true(row->least <= row->most);
        uint64_t unit = row->kind == OPTIONS_COUNT ? 1 : CLOCK_SECOND;
        const uint64_t ends[] = {row->least, row->most};
        for (int k = 0; k < 2; k++) {
            (void)snprintf(text, sizeof(text), "%llu", (unsigned long long)ends[k]);
            parse(option, text, NULL, NULL, &options);
            assert_int_equal(*(uint64_t *)((char *)&options + row->offset), ends[k] * unit);
        }
        (void)snprintf(text, sizeof(text), "%llu", (unsigned long long)row->most + 1);
        assert_refused(option, text, option, text);
        if (row->least > 0) {
            (void)snprintf(text, sizeof(text), "%llu", (unsigned long long)row->least - 1);
            assert_refused(option, text, option, text);
        }
    }
}

static void refuses_what_is_no_number(void **state) {
    (void)state;
    static const char *const counts[] = {"-1", "+1",   " 1",  "1 ",  "1x",
                                         "x",  "0x10", "1.5", "1e3", "18446744073709551617",
                                         "k",  "1kk",  "1m",  "11k", "18446744073709551615k"};
    static const char *const seconds[] = {"-1",  "+1",   " 1",    "1 ",  "1x", "nan", "1 s", "1S",
                                          "inf", "0x10", "1e999", "1,5", ".",  "s",   "2d"};
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        assert_refused("--in-flight", counts[i], "--in-flight", "a whole number from 1 to 10000");
    }
    for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
        assert_refused("--timeout", seconds[i], "--timeout", "a number of seconds from 1 to 86400");
        assert_refused("--sync", seconds[i], "--sync", "always, never, or a number of seconds up to 86400");
    }
    assert_refused("--in-flight", "", "--in-flight", "whole number");
    assert_refused("--timeout=", NULL, "--timeout", "number of seconds");
}

// Whatever is wrong with a text of a form of its own, it is told once, with the option or the variable it
// came from.
static void refuses_what_has_no_such_form(void **state) {
    (void)state;
    assert_refused("--retries", "overlaoded=3", "--retries: ", "did you mean overloaded?");
    assert_refused("--listen=8080", NULL, "--listen: ", "\"8080\" is not ADDRESS:PORT");
    assert_refused("--max-cost", "", "--max-cost: ", "\"\" is not a DOLLARS");
    assert_int_equal(setenv("RATION_ALERT_THRESHOLDS", "80,60", 1), 0);
    assert_refused("--quiet", NULL, "RATION_ALERT_THRESHOLDS: ", "60 does not ascend");
}

static void takes_parts_of_seconds(void **state) {
    (void)state;
    struct options options;
    parse("--timeout", "1.5", "--sync=0.25", NULL, &options);
    assert_int_equal(options.timeout, 1500000000);
    assert_int_equal(options.sync, 250000000);
    parse("--sync", "always", NULL, NULL, &options);
    assert_int_equal(options.sync, 0);
    parse("--sync", "0", NULL, NULL, &options);
    assert_int_equal(options.sync, 0);
    parse("--sync", "never", NULL, NULL, &options);
    assert_int_equal(options.sync, CLOCK_NEVER);
    assert_refused("--sync", "sometimes", "--sync", "\"sometimes\"");
}

static void takes_numbers_with_a_unit(void **state) {
    (void)state;
    struct options options;
    parse("--requests-per-minute=3k", "--tokens-per-minute", "2M", NULL, &options);
    assert_int_equal(options.limits.of[LIMITS_REQUESTS_MINUTE], 3000);
    assert_int_equal(options.limits.of[LIMITS_TOKENS_MINUTE], 2000000);
    parse("--timeout=2m", "--connect-timeout=1500ms", "--sync=30s", "--hang-timeout=0.5h", &options);
    assert_int_equal(options.timeout, 120 * CLOCK_SECOND);
    assert_int_equal(options.connect_timeout, 1500 * CLOCK_MS);
    assert_int_equal(options.sync, 30 * CLOCK_SECOND);
    assert_int_equal(options.hang_timeout, 1800 * CLOCK_SECOND);
    parse("--pause-duration", "30m", NULL, NULL, &options);
    assert_int_equal(options.pause_duration, 1800 * CLOCK_SECOND);
    parse("--pause-duration", "2d", NULL, NULL, &options);
    assert_int_equal(options.pause_duration, 48 * 3600 * CLOCK_SECOND);
    assert_refused("--timeout", "1ms", "--timeout",
                   "a number of seconds from 1 to 86400"); // the range is kept
    assert_refused("--timeout", "25h", "--timeout", "a number of seconds from 1 to 86400");
}

static void takes_the_words_of_a_choice(void **state) {
    (void)state;
    struct options options;
    static const char *const formats[] = {"auto", "csv", "jsonl"};
    static const char *const displays[] = {"auto", "bar", "plain", "none"};
    for (int i = 0; i < 3; i++) {
        parse("--input-format", formats[i], NULL, NULL, &options);
        assert_int_equal(options.input_format, i);
    }
    for (int i = 0; i < 4; i++) {
        parse("--progress", displays[i], NULL, NULL, &options);
        assert_int_equal(options.progress, i);
    }
    static const char *const wrong[] = {"CSV", "cs", "csvx", "", "csv|jsonl", "|", "auto|"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_refused("--input-format", wrong[i], "--input-format", "one of auto|csv|jsonl");
    }
}

static void takes_flags(void **state) {
    (void)state;
    static const char *const yes[] = {"1", "true", "YES", "On"};
    static const char *const no[] = {"0", "False", "no", "OFF"};
    struct options options;
    parse("--verbose", "--resume", NULL, NULL, &options);
    assert_true(options.verbose && options.resume && !options.quiet);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(setenv("RATION_VERBOSE", yes[i], 1), 0);
        parse(NULL, NULL, NULL, NULL, &options);
        assert_true(options.verbose);
        assert_int_equal(setenv("RATION_VERBOSE", no[i], 1), 0);
        parse(NULL, NULL, NULL, NULL, &options);
        assert_false(options.verbose);
    }
    parse("--verbose=no", "--quiet=yes", "--resume=no", "--resume", &options);
    assert_true(!options.verbose && options.quiet && options.resume);
    assert_int_equal(setenv("RATION_VERBOSE", "yes", 1), 0);
    parse("--verbose=no", NULL, NULL, NULL, &options);
    assert_false(options.verbose); // the command line wins
    assert_refused("--quiet=maybe", NULL, "--quiet", "yes or no");
    assert_refused("--quiet=", NULL, "--quiet", "yes or no");
    assert_int_equal(setenv("RATION_VERBOSE", "maybe", 1), 0);
    assert_refused("--quiet", NULL, "RATION_VERBOSE", "yes or no");
}

static void names_what_it_does_not_know(void **state) {
    (void)state;
    assert_refused("--wrokers", "3", "--wrokers", "unknown option");
    assert_refused("--wrokers=3", NULL, "--wrokers", "unknown option");
    assert_refused("-q", NULL, "-q", "unknown option");
    assert_refused("-vq", NULL, "-v", "unknown option");
    assert_refused("--prompt", "x", "--prompt", "unknown option"); // of which one is this the beginning?
    assert_refused("--max", "9", "--max", "unknown option");
    assert_refused("--in", "x", "--in", "unknown option");
    assert_refused("artists.csv", NULL, "artists.csv", "is not an option");
    assert_refused("--resume", "artists.csv", "artists.csv", "is not an option");
    assert_refused("--input", NULL, "--input", "needs a value");
    assert_refused("--input", "", "--input", "FILE");
    assert_refused("--", "x", "\"x\"", "is not an option");
}

static void guesses_what_was_meant(void **state) {
    (void)state;
    assert_refused("--inptu", "x", "--inptu", "did you mean --input?");
    assert_refused("--max_workers=3", NULL, "--max_workers", "did you mean --max-workers?");
    assert_refused("--workers", "3", "--workers", "did you mean --max-workers");
    assert_refused("--prompt", "x", "--prompt", "did you mean --prompt-id, --prompt-version");
    assert_refused("-input", "x", "-i", "did you mean --input");
    assert_refused("--in-doubt", "retyr", "\"retyr\"", "did you mean retry?");
    struct options options;
    struct unit_told told;
    assert_int_equal(parse_told("--temperature", "1", NULL, NULL, &options, &told), -1);
    assert_null(strstr(told.text, "did you mean"));
}

static void knows_its_variables(void **state) {
    (void)state;
    struct options options;
    static const char *const wrong[][2] = {
        {"RATION_MAX_COSTS", "RATION_MAX_COST?"},      {"RATION_INPTU", "RATION_INPUT?"},
        {"RATION_WORKERS", "RATION_MAX_WORKERS?"},     {"RATION_RUNTIME_DIRS", "RATION_RUNTIME_DIR?"},
        {"RATION_max_workers", "RATION_MAX_WORKERS?"}, {"RATION_API_KEY", "RATION_API_KEY_FILE?"},
        {"RATION_", "none of ration's; unset it"},     {"RATION_ZEBRA", "none of ration's; unset it"}};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(setenv(wrong[i][0], "sk-secret", 1), 0);
        assert_refused("--quiet", NULL, wrong[i][0], wrong[i][1]);
        struct unit_told told;
        assert_int_equal(parse_told(NULL, NULL, NULL, NULL, &options, &told), -1);
        assert_null(strstr(told.text, "sk-secret"));
        assert_int_equal(setenv(wrong[i][0], "", 1), 0); // empty is not set
        parse(NULL, NULL, NULL, NULL, &options);
        assert_int_equal(unsetenv(wrong[i][0]), 0);
    }
    assert_int_equal(setenv("RATION_RUNTIME_DIR", "/tmp", 1), 0);
    assert_int_equal(setenv("RATIONAL", "x", 1), 0);
    parse(NULL, NULL, NULL, NULL, &options);
    assert_int_equal(unsetenv("RATION_RUNTIME_DIR"), 0);
    assert_int_equal(unsetenv("RATIONAL"), 0);
}

// A user may run it twice in one process's tests, and nothing of the first stays.
static void starts_afresh_each_time(void **state) {
    (void)state;
    struct options options;
    parse("--quiet", "--limit=5", "--model=m", NULL, &options);
    parse("--verbose", NULL, NULL, NULL, &options);
    assert_false(options.quiet);
    assert_int_equal(options.limit, 0);
    assert_null(options.model);
    assert_true(options.verbose);
}

static void the_table_is_in_order(void **state) {
    (void)state;
    for (size_t i = 0; i < options_row_count; i++) {
        const struct options_row *row = &options_rows[i];
        assert_non_null(row->help);
        assert_true(strlen(row->help) > 8);
        assert_int_equal(strspn(row->name, "abcdefghijklmnopqrstuvwxyz-"), strlen(row->name));
        assert_true(row->offset < sizeof(struct options));
        assert_int_equal(row->value == NULL, row->kind == OPTIONS_FLAG || row->kind == OPTIONS_UNFLAG);
        // A key must not be given on the command line, where everyone can see it.
        assert_string_not_equal(row->name, "api-key");
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(row->name, options_rows[k].name);
            assert_int_equal(row->offset == options_rows[k].offset,
                             row->kind == OPTIONS_UNFLAG && k == i - 1);
        }
    }
}

// Under the names that operators know; RATION_… and the command line win over them.
static void aliases_come_from_the_environment(void **state) {
    (void)state;
    struct options options;
    static const char *const set[][2] = {
        {"DAILY_REQUEST_LIMIT", "50"},
        {"QUOTA_THRESHOLD", "0.2"},
        {"PAUSE_DURATION_HOURS", "0.5"},
        {"QUOTA_LOG_INTERVAL", "7"},
        {"QUOTA_MONITORING", "false"},
        {"SESSION_SELECTION_STRATEGY", "lru"},
        {"CIRCUIT_BREAKER_ENABLED", "0"},
        {"CIRCUIT_BREAKER_THRESHOLD", "9"},
        {"CIRCUIT_BREAKER_TIMEOUT", "3"},
        {"RATE_LIMIT_COOLDOWN", "4"},
        {"EXPONENTIAL_BACKOFF_ENABLED", "false"},
    };
    for (size_t i = 0; i < sizeof(set) / sizeof(set[0]); i++) {
        assert_int_equal(setenv(set[i][0], set[i][1], 1), 0);
    }
    assert_int_equal(setenv("RATION_CIRCUIT_BREAKER_THRESHOLD", "8", 1), 0);
    parse("--quota-log-interval", "6", NULL, NULL, &options);
    assert_int_equal(options.daily_limit, 50);
    assert_int_equal(options.quota_threshold, 200000);
    assert_int_equal(options.pause_duration, 1800 * CLOCK_SECOND);
    assert_int_equal(options.quota_log_interval, 6);
    assert_false(options.quota_monitoring);
    assert_int_equal(options.session_selection, 2);
    assert_false(options.circuit_breaker);
    assert_int_equal(options.circuit_breaker_threshold, 8);
    assert_int_equal(options.circuit_breaker_timeout, 3 * CLOCK_SECOND);
    assert_int_equal(options.rate_limit_cooldown, 4 * CLOCK_SECOND);
    assert_int_equal(options.backoff, 2);
    assert_int_equal(setenv("EXPONENTIAL_BACKOFF_ENABLED", "linear", 1), 0);
    assert_int_equal(setenv("QUOTA_THRESHOLD", "1.5", 1), 0);
    assert_refused("--quiet", NULL, "QUOTA_THRESHOLD", "share");
    for (size_t i = 0; i < sizeof(set) / sizeof(set[0]); i++) {
        assert_int_equal(unsetenv(set[i][0]), 0);
    }
}

static void shares_are_above_0_and_at_most_1(void **state) {
    (void)state;
    static const char *const wrong[] = {"0", "0.0", "1.5", "-0.2", "80%", "", "1e9", "nan", "0x1"};
    struct options options;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_refused("--quota-threshold", wrong[i], "--quota-threshold", "share above 0");
    }
    parse("--quota-threshold", "1", NULL, NULL, &options);
    assert_int_equal(options.quota_threshold, 1000000);
}

// One blank for all that parts two words.
static void unwrap(char *text) {
    char *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        bool blank = *in == ' ' || *in == '\n';
        if (!blank || out == text || out[-1] != ' ') {
            *out++ = blank ? ' ' : *in;
        }
    }
    *out = '\0';
}

static void help_tells_all(void **state) {
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    options_help(out);
    assert_int_equal(fclose(out), 0);
    for (const char *at = text; *at != '\0'; at += strcspn(at, "\n") + 1) {
        assert_in_range(strcspn(at, "\n"), 0, 84); // of a character of three bytes a column is one
    }
    unwrap(text);
    for (size_t i = 0; i < options_row_count; i++) {
        char line[160];
        const struct options_row *row = &options_rows[i];
        (void)snprintf(line, sizeof(line), " --%s%s%s ", row->name, row->value != NULL ? " " : "",
                       row->value != NULL ? row->value : "");
        assert_non_null(strstr(text, line));
        assert_non_null(strstr(text, row->help));
    }
    assert_non_null(strstr(text, "OPENAI_API_KEY"));
    assert_non_null(strstr(text, "exit status"));
    free(text);
}

int main(void) {
#define WITHOUT_ENVIRONMENT(test) \
    cmocka_unit_test_setup_teardown(test, forget_environment, forget_environment)
    const struct CMUnitTest tests[] = {
        WITHOUT_ENVIRONMENT(has_defaults),
        WITHOUT_ENVIRONMENT(the_command_line_wins_over_the_environment),
        WITHOUT_ENVIRONMENT(every_option_may_come_from_the_environment),
        WITHOUT_ENVIRONMENT(checks_every_numbers_range),
        WITHOUT_ENVIRONMENT(refuses_what_is_no_number),
        WITHOUT_ENVIRONMENT(refuses_what_has_no_such_form),
        WITHOUT_ENVIRONMENT(takes_parts_of_seconds),
        WITHOUT_ENVIRONMENT(takes_numbers_with_a_unit),
        WITHOUT_ENVIRONMENT(guesses_what_was_meant),
        WITHOUT_ENVIRONMENT(knows_its_variables),
        WITHOUT_ENVIRONMENT(takes_the_words_of_a_choice),
        WITHOUT_ENVIRONMENT(takes_flags),
        WITHOUT_ENVIRONMENT(names_what_it_does_not_know),
        WITHOUT_ENVIRONMENT(starts_afresh_each_time),
        cmocka_unit_test(the_table_is_in_order),
        cmocka_unit_test(aliases_come_from_the_environment),
        cmocka_unit_test(shares_are_above_0_and_at_most_1),
        cmocka_unit_test(help_tells_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
