#include "input/columns_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

static char said[4096]; // what was written to stderr

#define MOST 8
struct keys {
    const char *key[MOST];
};

static size_t count(const struct keys *keys) {
    size_t columns = 0;
    while (columns < MOST && keys->key[columns] != NULL) {
        columns++;
    }
    return columns;
}

static int check(const struct columns_told *told, const struct options *options,
                 const struct settings *settings, const struct input_index *index) {
    int log = memfd_create("log", MFD_CLOEXEC);
    int real = dup(STDERR_FILENO);
    assert_true(dup2(log, STDERR_FILENO) >= 0);
    int result = columns_told_check(told, options, settings, index);
    assert_true(dup2(real, STDERR_FILENO) >= 0);
    (void)close(real);
    ssize_t got = pread(log, said, sizeof(said) - 1, 0);
    assert_true(got >= 0);
    said[got] = '\0';
    (void)close(log);
    return result;
}

// What is asked for, the keys of three records, and what is told: NULL, nothing is missing.
static const struct {
    const char *template, *form, *keep, *params;
    struct keys record[3];
    const char *told;
} lines[] = {
    {"{{title}}", "\"{{title}}\"", NULL, NULL, {{{"id", "title"}}, {{"id"}}, {{"id"}}}, NULL},
    {"{{title}}", "\"{{title}}\"", NULL, NULL, {{{"id"}}, {{"id"}}, {{"id", "title"}}}, NULL},
    {"{{TITLE}}", "\"{{TITLE}}\"", NULL, NULL, {{{"id"}}, {{"id", "Title"}}, {{"id"}}}, NULL},
    {"{{artist_id}}{{name}}{{data}}", "\"{{artist_id}}{{name}}{{data}}\"", NULL, NULL, {{{"id"}}}, NULL},
    {"{{titel}}",
     "\"{{titel}}\"",
     NULL,
     NULL,
     {{{"id", "title"}}, {{"id", "title"}}},
     "p.txt:1: the input has no column 'titel'; use one of its columns in {{ }}; did you mean 'title'?"},
    {"fixed", "\"{{a}} {{b}}\"", NULL, NULL, {{{"id", "b"}}, {{"id"}}}, "the input has no column 'a'"},
    {"fixed", "\"{{a}} {{b}}\"", NULL, NULL, {{{"id", "b"}}, {{"a"}}}, NULL},
    {"fixed",
     "\"x\"",
     "price",
     NULL,
     {{{"id", "cost"}}, {{"id", "note"}}},
     "--keep: the input has no column \"price\"; there are: id, cost\n"},
    {"fixed", "\"x\"", "price", NULL, {{{"id", "cost"}}, {{"price"}}}, NULL},
    {"fixed", "\"x\"", NULL, "how", {{{"id"}}, {{"id"}}}, "--params-column: the input has no column \"how\""},
    {"fixed", "\"x\"", NULL, "how", {{{"id"}}, {{"HOW"}}}, NULL},
};

static void json_lines(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct options options = {.prompt_file = "p.txt"};
        struct settings settings = {.form = (char *)(uintptr_t)lines[i].form,
                                    .prompt_template = (char *)(uintptr_t)lines[i].template,
                                    .params_column = (char *)(uintptr_t)lines[i].params};
        struct input_index index = {0};
        settings.keep[0] = (char *)(uintptr_t)lines[i].keep;
        settings.kept = lines[i].keep != NULL ? 1 : 0;
        struct columns_told *told = columns_told_new(&settings);
        assert_non_null(told);
        for (size_t at = 0; at < 3 && lines[i].record[at].key[0] != NULL; at++) {
            struct record record = {.columns = count(&lines[i].record[at]),
                                    .column = lines[i].record[at].key};
            assert_int_equal(columns_told_look(told, &record), 0);
        }
        int result = check(told, &options, &settings, &index);
        if (lines[i].told == NULL) {
            assert_string_equal(said, "");
            assert_int_equal(result, 0);
        } else {
            assert_int_equal(result, -1);
            assert_non_null(strstr(said, lines[i].told));
        }
        columns_told_free(told);
    }
}

// Of CSV the header says it all, and nothing has to be looked for.
static void header(void **state) {
    (void)state;
    struct options options = {0};
    struct settings settings = {.form = (char *)(uintptr_t) "\"{{b}}\""};
    struct input_index index = {.column = {(char *)(uintptr_t) "a", (char *)(uintptr_t) "b"}, .columns = 2};
    settings.keep[0] = (char *)(uintptr_t) "B";
    settings.kept = 1;
    assert_int_equal(check(NULL, &options, &settings, &index), 0);
    settings.keep[0] = (char *)(uintptr_t) "c";
    assert_int_equal(check(NULL, &options, &settings, &index), -1);
    assert_non_null(strstr(said, "--keep: the input has no column \"c\"; there are: a, b\n"));
    settings.form = (char *)(uintptr_t) "\"{{x}}\"";
    options.request = "body.json";
    assert_int_equal(check(NULL, &options, &settings, &index), -1);
    assert_non_null(strstr(said, "--request body.json:1: the input has no column 'x'"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(json_lines), cmocka_unit_test(header)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
