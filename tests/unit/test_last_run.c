// The record of a run beside its output: what it holds, what it must never hold, and what is concluded from
// it.
#include "output/last_run.h"

#include "output/last_run_file.h"
#include "output/last_run_words.h"
#include "unit_directory.h"

#include <cjson/cJSON.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static struct unit_directory directory;
static char output[256];
static struct last_run one, other;

static int set_up(void **state) {
    (void)state;
    directory_make(&directory);
    (void)snprintf(output, sizeof(output), "%s/out.jsonl", directory.path);
    memset(&one, 0, sizeof(one));
    (void)snprintf(one.run_id, sizeof(one.run_id), "20260131T235959-0123ab");
    (void)snprintf(one.begun, sizeof(one.begun), "2026-01-31T23:59:59.000Z");
    (void)snprintf(one.how, sizeof(one.how), "stopped; \"quotes\" and\nlines");
    (void)snprintf(one.output, sizeof(one.output), "%s", output);
    (void)snprintf(one.cause, sizeof(one.cause), "the API refuses the key; check it");
    (void)snprintf(one.input_format, sizeof(one.input_format), "csv");
    (void)snprintf(one.input_id, sizeof(one.input_id), "number \"of\" the order");
    (void)snprintf(one.input_delimiter, sizeof(one.input_delimiter), "\t");
    (void)snprintf(one.input_encoding, sizeof(one.input_encoding), "CP1252");
    (void)snprintf(one.output_format, sizeof(one.output_format), "openai-batch");
    one.pid = 12;
    one.exit = -1;
    one.inode = 0x7fffffffffffffffULL; // more than a double holds
    one.device = (1ULL << 53) + 1;
    one.done = 7;
    one.artists = 9;
    one.priced = true;
    one.seconds = 1.5;
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    directory_remove(&directory);
    return 0;
}

static void comes_back_as_it_went(void **state) {
    (void)state;
    char *text = last_run_encode(&one);
    assert_non_null(text);
    assert_int_equal(last_run_decode(text, strlen(text), &other), 0);
    assert_memory_equal(&one, &other, sizeof(one));
    for (size_t length = 0; length < strlen(text) - 1; length += 7) { // cut
        assert_int_equal(last_run_decode(text, length, &other), -1);
    }
    cJSON_free(text);
    static const char *const wrong[] = {
        "", "[]", "null", "{}", "{\"version\":1}", "{\"version\":2,\"pid\":1}"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(last_run_decode(wrong[i], strlen(wrong[i]), &other), -1);
    }
}

// Earlier versions kept less.
static void a_record_of_before_is_one(void **state) {
    static const struct {
        const char *name;
        const char *text;
    } later[] = {{"\"cause\"", other.cause},
                 {"\"schema\"", other.schema},
                 {"\"input_format\"", other.input_format},
                 {"\"input_id\"", other.input_id},
                 {"\"input_delimiter\"", other.input_delimiter},
                 {"\"input_encoding\"", other.input_encoding},
                 {"\"output_format\"", other.output_format}};
    (void)state;
    for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
        char *text = last_run_encode(&one);
        char *name = strstr(text, later[i].name);
        assert_non_null(name);
        name[1] = 'X';
        assert_int_equal(last_run_decode(text, strlen(text), &other), 0);
        assert_string_equal(later[i].text, "");
        assert_string_equal(other.how, one.how);
        cJSON_free(text);
    }
}

static void another_version_is_none(void **state) {
    (void)state;
    char *text = last_run_encode(&one);
    char *version = strstr(text, "\"version\":\t1");
    assert_non_null(version);
    version[strlen("\"version\":\t")] = '2';
    assert_int_equal(last_run_decode(text, strlen(text), &other), -1);
    cJSON_free(text);
}

static const char *command(const char *a, const char *b, const char *c) {
    static char out[256];
    char words[3][64];
    char *argv[5];
    size_t count = 0;
    const char *const given[] = {a, b, c};
    argv[count++] = (char[]){"run"};
    for (size_t i = 0; i < 3 && given[i] != NULL; i++) {
        (void)snprintf(words[i], sizeof(words[i]), "%s", given[i]);
        argv[count++] = words[i];
    }
    argv[count] = NULL;
    last_run_command(argv, out, sizeof(out));
    return out;
}

static void the_command_is_for_a_shell(void **state) {
    (void)state;
    assert_string_equal(command("--output", "o.jsonl", NULL), "ration run --output o.jsonl --resume");
    assert_string_equal(command("--resume", NULL, NULL), "ration run --resume");
    assert_string_equal(command("--input", "a b's", NULL), "ration run --input 'a b'\\''s' --resume");
    assert_string_equal(command("--model=", "", "$(x)"), "ration run --model= '' '$(x)' --resume");
    assert_string_equal(command("--tier", "\xc3\xa9\n", NULL), "ration run --tier '\xc3\xa9\n' --resume");
    assert_string_equal(command("--batch", "--resume", "--cancel"), "ration run --batch --resume");
    assert_string_equal(command("--sample", "--limit", "10"), "ration run --sample --limit 10 --resume");
    // One that does not fit is none: half a command would be another one.
    char word[] = "word";
    char *many[200];
    char out[256];
    for (size_t i = 0; i < 199; i++) {
        many[i] = word;
    }
    many[199] = NULL;
    last_run_command(many, out, sizeof(out));
    assert_string_equal(out, "");
}

static void a_command_is_taken_apart_again(void **state) {
    static const char *const cases[][3] = {
        {"--output", "o.jsonl", "x"},    {"--input", "a b's", "''"},        {"--model=", "", "$(x)\\"},
        {"--tier", "\xc3\xa9\n", "' '"}, {"--system", "say \"x\"", "\t|;"},
    };
    static char room[LAST_RUN_COMMAND];
    char *words[LAST_RUN_WORDS + 1];
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *text = command(cases[i][0], cases[i][1], cases[i][2]);
        assert_int_equal(last_run_words(text, room, words), 4);
        assert_string_equal(words[0], "run");
        for (size_t word = 0; word < 3; word++) {
            assert_string_equal(words[word + 1], cases[i][word]);
        }
        assert_null(words[4]);
    }
    // What the record leaves out is left out with its option.
    assert_int_equal(last_run_words(command("--alert-webhook", "https://h/secret", "--quiet"), room, words),
                     2);
    assert_string_equal(words[1], "--quiet");
    static const char *const wrong[] = {"", "rm -r x", "ration run 'open"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(last_run_words(wrong[i], room, words), -1);
    }
}

static void the_command_tells_no_secret(void **state) {
    (void)state;
    static const char *const plain = "ration run --alert-webhook URL --quiet --resume";
    assert_string_equal(command("--alert-webhook", "https://hooks/secret", "--quiet"), plain);
    assert_string_equal(command("--alert-webhook=https://hooks/secret", "--quiet", NULL), plain);
    assert_string_equal(command("--alert-w", "https://hooks/secret", "--quiet"), plain);
    assert_string_equal(command("--alert-web=https://hooks/secret", "--quiet", NULL), plain);
    assert_string_equal(command("--header", "X-Key: secret", NULL),
                        "ration run --header 'NAME: VALUE' --resume");
    assert_string_equal(command("--header=X-Key: secret", NULL, NULL),
                        "ration run --header 'NAME: VALUE' --resume");
    assert_string_equal(command("--header", "X-Key: ${MY_KEY}", NULL),
                        "ration run --header 'X-Key: ${MY_KEY}' --resume");
    assert_string_equal(command("--query", "key=secret", NULL), "ration run --query NAME=VALUE --resume");
    assert_string_equal(command("--alert-thresholds", "60", NULL),
                        "ration run --alert-thresholds 60 --resume");
}

static void differences_are_named(void **state) {
    (void)state;
    char text[2048];
    other = one;
    last_run_differs(&one, &other, text, sizeof(text));
    assert_string_equal(text, "");
    (void)snprintf(other.model, sizeof(other.model), "gpt-5");
    (void)snprintf(other.provider, sizeof(other.provider), "groq");
    last_run_differs(&one, &other, text, sizeof(text));
    assert_non_null(strstr(text, "now groq"));
    assert_non_null(strstr(text, "model the prompt's own, now gpt-5"));
}

static void concludes_from_locks_and_record(void **state) {
    (void)state;
    static const struct {
        struct last_run_facts facts;
        enum last_run_state state;
    } cases[] = {
        {{true, false, false, true}, LAST_RUN_ENDED},     {{true, false, false, false}, LAST_RUN_ENDED},
        {{false, false, false, true}, LAST_RUN_KILLED},   {{false, false, false, false}, LAST_RUN_REBOOTED},
        {{false, false, true, true}, LAST_RUN_FINISHING}, {{false, true, true, true}, LAST_RUN_AT_WORK},
        {{true, true, true, true}, LAST_RUN_AT_WORK}, // another one is just beginning
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(last_run_judge(&cases[i].facts), cases[i].state);
    }
}

static void stands_beside_the_output(void **state) {
    (void)state;
    char *path = last_run_file_path("a/b/out.jsonl");
    assert_string_equal(path, "a/b/.out.jsonl.ration");
    assert_true(last_run_file_is_one(".out.jsonl.ration"));
    free(path);
    path = last_run_file_path("out");
    assert_string_equal(path, ".out.ration");
    free(path);
    static const char *const others[] = {"", ".", ".ration", "..ration", "x.ration", ".out.jsonl.ration.new"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_false(last_run_file_is_one(others[i]));
    }
}

static void the_file_is_private_and_whole(void **state) {
    (void)state;
    struct stat status;
    char *path = last_run_file_path(output);
    assert_int_equal(last_run_file_read(output, &other), 1); // none
    assert_int_equal(last_run_file_write(output, &one, true), 0);
    assert_int_equal(lstat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    one.done = 8;
    assert_int_equal(last_run_file_write(output, &one, false), 0);
    assert_int_equal(last_run_file_read(output, &other), 0);
    assert_memory_equal(&one, &other, sizeof(one));
    last_run_file_remove(output);
    assert_int_equal(last_run_file_read(output, &other), 1);
    free(path);
}

// Somebody else made the name: nothing is followed, nothing waits.
static void nothing_is_followed(void **state) {
    (void)state;
    char victim[256], fresh[300];
    char *path = last_run_file_path(output);
    (void)snprintf(victim, sizeof(victim), "%s/victim", directory.path);
    (void)snprintf(fresh, sizeof(fresh), "%s.new", path);
    FILE *file = fopen(victim, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(symlink(victim, path), 0);
    assert_int_equal(symlink(victim, fresh), 0);
    assert_int_equal(last_run_file_read(output, &other), -1);
    assert_int_equal(last_run_file_write(output, &one, false), 0); // in the links' places
    struct stat status;
    assert_int_equal(lstat(path, &status), 0);
    assert_true(S_ISREG(status.st_mode));
    assert_int_equal(stat(victim, &status), 0);
    assert_int_equal(status.st_size, 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(last_run_file_read(output, &other), -1);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(last_run_file_write(output, &one, false), -1);
    assert_int_equal(lstat(fresh, &status), -1); // nothing is left
    free(path);
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(comes_back_as_it_went),
        IN_FOLDER(a_record_of_before_is_one),
        IN_FOLDER(another_version_is_none),
        cmocka_unit_test(the_command_is_for_a_shell),
        cmocka_unit_test(a_command_is_taken_apart_again),
        cmocka_unit_test(the_command_tells_no_secret),
        IN_FOLDER(differences_are_named),
        cmocka_unit_test(concludes_from_locks_and_record),
        cmocka_unit_test(stands_beside_the_output),
        IN_FOLDER(the_file_is_private_and_whole),
        IN_FOLDER(nothing_is_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
