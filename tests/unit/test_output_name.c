// What --output may name: a place for JSON lines that nothing else of the run uses.
#include "output/output_name.h"

#include "unit_directory.h"
#include "unit_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static struct unit_directory directory;

static int set_up(void **state) {
    (void)state;
    directory_make(&directory);
    return chdir(directory.path);
}

static int tear_down(void **state) {
    (void)state;
    directory_remove(&directory);
    return chdir("/");
}

static void make(const char *name) {
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
}

static void knows_formats_by_their_endings(void **state) {
    (void)state;
    bool readable;
    static const char *const lines[] = {"out.jsonl", "out.ndjson", "out",  "out.part", "a.csv/out",
                                        ".csv",      "csv",        "out.", "-"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_null(output_name_format(lines[i], &readable));
    }
    static const char *const others[] = {"out.csv",      "OUT.CSV",     "a/out.xlsx",
                                         "out.jsonl.gz", "out.parquet", "x.tsv"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_non_null(output_name_format(others[i], &readable));
        assert_false(readable);
    }
    assert_non_null(output_name_format("out.json", &readable));
    assert_true(readable);
}

// What was told, "" where it is accepted.
static const char *check(const struct options *options, const char *errors) {
    static struct unit_told told;
    told_begin(&told);
    int result = output_name_check(options, errors);
    const char *text = told_end(&told);
    assert_int_equal(result == 0, strstr(text, "FATAL") == NULL);
    return text;
}

static void assert_refused(const char *output, const char *says) {
    struct options options = {.input = "in.csv", .output = output};
    const char *text = check(&options, "e.jsonl");
    if (strstr(text, says) == NULL || strstr(text, "FATAL") == NULL) {
        fail_msg("%s: says only: %s", output, text);
    }
}

static void wants_a_regular_file(void **state) {
    (void)state;
    struct options good = {.input = "-", .output = "out.jsonl"};
    assert_string_equal(check(&good, "e.jsonl"), "");
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_int_equal(mkfifo("fifo", 0600), 0);
    assert_refused("-", "tail -f");
    assert_refused("/dev/stdout", "tail -f");
    assert_refused("/dev/fd/1", "tail -f");
    assert_refused("/dev/null", "a device");
    assert_refused("folder", "a directory; name a file in it");
    assert_refused("folder/", "a directory; name a file in it");
    assert_refused("new/", "ends in /");
    assert_refused("fifo", "not a regular file");
    assert_refused("nowhere/out.jsonl", "mkdir -p");
    assert_refused("out.csv", "convert it after the run");
}

static void finishes_what_has_a_misleading_name(void **state) {
    (void)state;
    struct options options = {.input = "-", .output = "out.csv", .resume = true};
    assert_non_null(strstr(check(&options, "e.jsonl"), "FATAL")); // nothing is there yet
    make("out.csv");
    assert_non_null(strstr(check(&options, "e.jsonl"), "WARNING"));
    struct options json = {.input = "-", .output = "out.json"};
    assert_non_null(strstr(check(&json, "e.jsonl"), "WARNING"));
}

static void no_file_has_two_parts(void **state) {
    (void)state;
    make("in.csv");
    make("prompt.txt");
    assert_int_equal(link("in.csv", "hard.jsonl"), 0);
    assert_int_equal(symlink("in.csv", "soft.jsonl"), 0);
    assert_refused("in.csv", "--output and --input are the same file");
    assert_refused("./in.csv", "--output and --input are the same file");
    assert_refused("hard.jsonl", "--output and --input are the same file");
    assert_refused("soft.jsonl", "--output and --input are the same file");
    assert_refused("./e.jsonl", "--output and --errors are the same file"); // neither is there yet
    struct options log = {.input = "in.csv", .output = "out.jsonl", .log_file = "./out.jsonl"};
    assert_non_null(strstr(check(&log, "e.jsonl"), "--output and --log-file are the same file"));
    log.log_file = "e.jsonl";
    assert_non_null(strstr(check(&log, "e.jsonl"), "--errors and --log-file are the same file"));
    struct options prompt = {.input = "in.csv", .output = "out.jsonl", .prompt_file = "prompt.txt"};
    assert_non_null(strstr(check(&prompt, "prompt.txt"), "--errors and --prompt-file are the same file"));
    static const struct {
        struct options options;
        const char *says;
    } written[] = {
        {{.request = "./o.jsonl"}, "--output and --request"},
        {{.config = "o.jsonl"}, "--output and --config"},
        {{.providers = "o.jsonl"}, "--output and --providers"},
        {{.quota_state = "o.jsonl"}, "--output and --quota-state"},
        {{.log_file = "x", .config = "./x"}, "--log-file and --config"},
        {{.log_file = "in.csv"}, "--log-file and --input"},
        {{.quota_state = "prompt.txt", .prompt_file = "prompt.txt"}, "--quota-state and --prompt-file"},
        {{.quota_state = "x", .log_file = "x"}, "--log-file and --quota-state"},
    };
    for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
        struct options options = written[i].options;
        options.input = "in.csv";
        options.output = "o.jsonl";
        assert_non_null(strstr(check(&options, "e.jsonl"), written[i].says));
    }
    struct options apart = {
        .input = "-", .output = "o.jsonl", .log_file = "x", .config = "c", .request = "r"};
    assert_string_equal(check(&apart, "e.jsonl"), "");
    assert_int_equal(output_name_apart(&apart, "e.jsonl", "summary", "s"), 0);
    apart.log_file = apart.quota_state = "/dev/null";
    assert_string_equal(check(&apart, "e.jsonl"), "");
    struct unit_told told;
    told_begin(&told);
    assert_int_equal(output_name_apart(&apart, NULL, "summary", "./r"), -1);
    assert_non_null(strstr(told_end(&told), "--summary and --request are the same file"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_formats_by_their_endings),
        cmocka_unit_test_setup_teardown(wants_a_regular_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(finishes_what_has_a_misleading_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_file_has_two_parts, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
