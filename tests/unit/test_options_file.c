// The file of --config: its lines, what is told of wrong ones, and what wins over it.
#include "config/options_file.h"

#include "ration/clock.h"
#include "unit_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static void lines_are_taken_apart(void **state) {
    (void)state;
    static const struct {
        const char *text, *key, *value, *problem; // key NULL: nothing; problem NULL: none
    } cases[] = {
        {"", NULL, NULL, NULL},
        {"   \t\r", NULL, NULL, NULL},
        {"# model = x", NULL, NULL, NULL},
        {"  #", NULL, NULL, NULL},
        {"model = gpt-4o", "model", "gpt-4o", NULL},
        {"model=gpt-4o\r", "model", "gpt-4o", NULL},
        {"\tmodel \t=\t gpt-4o  ", "model", "gpt-4o", NULL},
        {"system = two words, = and all", "system", "two words, = and all", NULL},
        {"system = C#, a#b", "system", "C#, a#b", NULL},
        {"max-workers = 4 # four", "max-workers", "4", NULL},
        {"max-workers = 4\t#", "max-workers", "4", NULL},
        {"resume", "resume", NULL, NULL},
        {"resume # on", "resume", NULL, NULL},
        {"resume # = on", "resume", NULL, NULL},
        {"two words", "two words", NULL, NULL},
        {"model =", "model", "", NULL},
        {"model = # none", "model", "", NULL},
        {"system = \"  # kept \"", "system", "  # kept ", NULL},
        {"system = 'a \"b\"'  # as it stands", "system", "a \"b\"", NULL},
        {"system = ''", "system", "", NULL},
        {"system = say \"it\"", "system", "say \"it\"", NULL},
        {"system = \"a", "system", NULL, "has no end"},
        {"must-match = \"a\" or \"b\"", "must-match", NULL, "between ' and '"},
        {"must-match = 'a' or", "must-match", NULL, "between \" and \""},
        {"= 4", "", NULL, "no key"},
        {"[run]", "[run]", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[80], problem[OPTIONS_PROBLEM_SIZE] = "";
        struct options_file_line line;
        (void)snprintf(text, sizeof(text), "%s", cases[i].text);
        int result = options_file_line(text, &line, problem);
        assert_int_equal(result, cases[i].problem != NULL ? -1 : 0);
        assert_true(cases[i].problem == NULL || strstr(problem, cases[i].problem) != NULL);
        assert_int_equal(line.key == NULL, cases[i].key == NULL);
        assert_int_equal(line.value == NULL, cases[i].value == NULL);
        if (line.key != NULL) {
            assert_string_equal(line.key, cases[i].key);
        }
        if (line.value != NULL) {
            assert_string_equal(line.value, cases[i].value);
        }
    }
}

static const char *write_file(const char *text) {
    static char path[] = "/tmp/test_options_file.XXXXXX";
    static bool made;
    int fd = made ? -1 : mkstemp(path);
    made = true;
    if (fd >= 0) {
        assert_int_equal(close(fd), 0);
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return path;
}

static int parse(const char *text, const char *a, const char *b, struct options *options,
                 struct unit_told *told) {
    static char room[5][200]; // options point into it
    const char *const given[] = {"run", "--config", write_file(text), a, b};
    char *words[6] = {0};
    int count = 0;
    for (; count < 5 && given[count] != NULL; count++) {
        (void)snprintf(room[count], sizeof(room[count]), "%s", given[count]);
        words[count] = room[count];
    }
    told_begin(told);
    int result = options_parse(count, words, options);
    (void)told_end(told);
    return result;
}

// The file over the defaults, the environment over the file, the command line over both.
static void each_source_has_its_rank(void **state) {
    (void)state;
    struct options options;
    struct unit_told told;
    static const char text[] = "\xef\xbb\xbfmodel = file\nmax-workers = 2\nattempts=3\nquiet\nresume = yes\n"
                               "param = a=1\nparam = b=2\nno-circuit-breaker\ntimeout = 2m";
    assert_int_equal(setenv("RATION_MAX_WORKERS", "5", 1), 0);
    assert_int_equal(setenv("RATION_ATTEMPTS", "4", 1), 0);
    assert_int_equal(setenv("RATION_QUIET", "no", 1), 0);
    assert_int_equal(setenv("RATION_PARAM", "c=3", 1), 0);
    assert_int_equal(parse(text, "--attempts=6", "--param=d=4", &options, &told), 0);
    assert_string_equal(told.text, "");
    assert_string_equal(options.model, "file");
    assert_int_equal(options.max_workers, 5);
    assert_int_equal(options.attempts, 6);
    assert_int_equal(options.timeout, 120 * CLOCK_SECOND);
    assert_int_equal(options.backoff_max, 4 * CLOCK_SECOND); // the default
    assert_true(options.resume && !options.quiet && !options.circuit_breaker);
    static const char *const params[] = {"a=1", "b=2", "c=3", "d=4"}; // of the same name the last one counts
    assert_int_equal(options.param.count, 4);
    for (int i = 0; i < 4; i++) {
        assert_string_equal(options.param.text[i], params[i]);
    }
    assert_int_equal(parse(text, "--resume=no", "--circuit-breaker", &options, &told), 0);
    assert_true(!options.resume && options.circuit_breaker);
    assert_int_equal(unsetenv("RATION_MAX_WORKERS"), 0);
    assert_int_equal(unsetenv("RATION_ATTEMPTS"), 0);
    assert_int_equal(unsetenv("RATION_QUIET"), 0);
    assert_int_equal(unsetenv("RATION_PARAM"), 0);
}

static void the_environment_may_name_it(void **state) {
    (void)state;
    struct options options;
    char word[] = "run", *words[] = {word, NULL};
    assert_int_equal(setenv("RATION_CONFIG", write_file("model = x\n"), 1), 0);
    assert_int_equal(options_parse(1, words, &options), 0);
    assert_string_equal(options.model, "x");
    assert_int_equal(unsetenv("RATION_CONFIG"), 0);
}

// All that is wrong, each with its line; and nothing of a value that may be a key.
static void each_wrong_line_is_told(void **state) {
    (void)state;
    struct options options;
    struct unit_told told;
    static const char *const said[] = {
        ":2: max-wrokers: is no option of ration run; did you mean max-workers?",
        ":3: api-key: is no option of ration run; did you mean api-key-file?",
        ":4: --model: is no option of ration run; did you mean model?",
        ":5: max-workers: \"many\" is not a whole number from 1 to ",
        ":6: model: needs a value",
        ":8: limit: stands in line 7 already",
        ":9: config: stands on the command line",
        ":10: [run]: is no option",
        ":11: there is no key",
        ":12: quiet: \"\" is not yes or no",
        ":13: system: the value begins with \"",
        ":14: id: \"\" is not a COLUMN",
    };
    static const char text[] = "# a comment\nmax-wrokers = 3\napi-key = sk-secret\n--model = x\n"
                               "max-workers = many\nmodel\nlimit = 3\nlimit = 4\nconfig = other\n[run]\n= 4\n"
                               "quiet =\nsystem = \"x\nid = \n";
    assert_int_equal(parse(text, NULL, NULL, &options, &told), -1);
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        if (strstr(told.text, said[i]) == NULL) {
            fail_msg("%s is not in %s", said[i], told.text);
        }
    }
    assert_null(strstr(told.text, "sk-secret"));
    told_begin(&told);
    int result = options_file_take("/none/at all", &options);
    (void)told_end(&told);
    assert_int_equal(result, -1);
    assert_non_null(
        strstr(told.text, "ration: --config /none/at all: No such file or directory; ration init"));
}

// What a line may have been meant for. Nothing behind the first word is repeated.
static void each_slip_has_a_hint(void **state) {
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"system = #b\n", ":1: system: has no value: a # begins a comment"},
        {"model gpt-4o\n", ":1: model: a = is missing behind it: model = value"},
        {"model: gpt-4o\n", ":1: model: a = is missing"},
        {"api-key: sk-secret\n", ":1: api-key: is no option of ration run; did you mean api-key-file?"},
        {"RATION_MAX_WORKERS = 3\n",
         ":1: RATION_MAX_WORKERS: is a variable of the environment; in this file it "
         "is max-workers"},
        {"OPENAI_API_KEY = sk-secret\n",
         ":1: OPENAI_API_KEY: is a variable of the environment; no key stands in "
         "this file: set it there, or use api-key-file"},
        {"OPENAI_MODEL = x\n",
         ":1: OPENAI_MODEL: is a variable of the environment; in this file it is model"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct options options;
        struct unit_told told;
        assert_int_equal(parse(cases[i].text, NULL, NULL, &options, &told), -1);
        if (strstr(told.text, cases[i].said) == NULL || strstr(told.text, "sk-secret") != NULL) {
            fail_msg("%s: %s", cases[i].text, told.text);
        }
    }
}

static void a_byte_that_is_no_text_is_told_where_it_stands(void **state) {
    (void)state;
    static const char text[] = "# a\n\nmodel = x\nid = a\0b\n";
    struct options options = {0};
    struct unit_told told;
    const char *path = write_file("");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, sizeof(text) - 1, file), sizeof(text) - 1);
    assert_int_equal(fclose(file), 0);
    told_begin(&told);
    int result = options_file_take(path, &options);
    (void)told_end(&told);
    assert_int_equal(result, -1);
    assert_non_null(strstr(told.text, ":4: is no text: it holds a NUL byte"));
}

static void there_is_one_file(void **state) {
    (void)state;
    struct options options;
    struct unit_told told;
    assert_int_equal(parse("model = x\n", "--config=other.conf", NULL, &options, &told), -1);
    assert_non_null(strstr(told.text, "--config is given twice, /"));
    assert_non_null(strstr(told.text, " and other.conf; "));
}

static int remove_file(void **state) {
    (void)state;
    return unlink(write_file(""));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_taken_apart),
        cmocka_unit_test(each_source_has_its_rank),
        cmocka_unit_test(the_environment_may_name_it),
        cmocka_unit_test(each_wrong_line_is_told),
        cmocka_unit_test(each_slip_has_a_hint),
        cmocka_unit_test(a_byte_that_is_no_text_is_told_where_it_stands),
        cmocka_unit_test(there_is_one_file),
    };
    return cmocka_run_group_tests(tests, NULL, remove_file);
}
