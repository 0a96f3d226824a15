#include "watch/recent_errors.h"

#include "unit_arena.h"

#include <bsd/string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static int file;
static uint64_t length;

static int open_file(void **state) {
    (void)state;
    FILE *stream = tmpfile();
    file = stream != NULL ? dup(fileno(stream)) : -1;
    length = 0;
    return stream != NULL && fclose(stream) == 0 && file >= 0 ? 0 : -1;
}

static int close_file(void **state) {
    (void)state;
    return close(file);
}

static void append(unsigned number, size_t padding) {
    char line[40000];
    int n = snprintf(line, sizeof(line),
                     "{\"artist_id\":\"a%u\",\"artist_name\":\"%*s\",\"class\":\"refused\",\"status\":400,"
                     "\"code\":null,\"message\":\"no %u\",\"attempts\":1}\n",
                     number, (int)padding, "", number);
    assert_int_equal(pwrite(file, line, (size_t)n, (off_t)length), n);
    length += (uint64_t)n;
}

static void expect(const struct recent_errors *errors, unsigned first, unsigned last) {
    assert_int_equal(errors->count, last - first + 1);
    for (unsigned i = first; i <= last; i++) {
        char id[16], text[32];
        (void)snprintf(id, sizeof(id), "a%u", i);
        (void)snprintf(text, sizeof(text), "400 no %u", i);
        assert_string_equal(errors->error[i - first].artist, id);
        assert_string_equal(errors->error[i - first].text, text);
        assert_string_equal(errors->error[i - first].class, "refused");
        assert_int_equal(errors->error[i - first].attempts, 1);
    }
}

static void keeps_the_latest(void **state) {
    (void)state;
    struct recent_errors errors;
    append(0, 10);
    recent_errors_begin(&errors, result_format_usual(), length); // what was there before is no news
    recent_errors_look(&errors, file, length, 5);
    assert_int_equal(errors.count, 0);
    append(1, 10);
    append(2, 10);
    recent_errors_look(&errors, file, length, 7);
    expect(&errors, 1, 2);
    assert_int_equal(errors.error[1].at, 7);
    for (unsigned i = 3; i <= 50; i++) {
        append(i, 10);
    }
    recent_errors_look(&errors, file, length, 9);
    expect(&errors, 43, 50);
    append(51, 10);
    recent_errors_look(&errors, file, length, 9);
    expect(&errors, 44, 51);
}

static void reads_only_the_end_of_a_lot(void **state) {
    (void)state;
    struct recent_errors errors;
    recent_errors_begin(&errors, result_format_usual(), 0);
    for (unsigned i = 1; i <= 20; i++) {
        append(i, 10000); // three whole ones in what is read
    }
    recent_errors_look(&errors, file, length, 9);
    expect(&errors, 18, 20);
    append(21, 39000); // longer than what is read
    recent_errors_look(&errors, file, length, 9);
    expect(&errors, 18, 20);
}

static void survives_a_rollback(void **state) {
    (void)state;
    struct recent_errors errors;
    recent_errors_begin(&errors, result_format_usual(), 0);
    append(1, 10);
    uint64_t before = length;
    append(2, 10);
    recent_errors_look(&errors, file, length, 9);
    length = before;
    recent_errors_look(&errors, file, length, 9);
    append(3, 10);
    recent_errors_look(&errors, file, length, 9);
    assert_int_equal(errors.count, 3);
    assert_string_equal(errors.error[2].artist, "a3");
    recent_errors_look(&errors, -1, length + 5, 9); // cannot be read
    assert_int_equal(errors.count, 3);
}

static void takes_what_it_can(void **state) {
    (void)state;
    struct snapshot_error error;
    static const char *const wrong[] = {"",
                                        "{",
                                        "[]",
                                        "\"x\"",
                                        "{\"artist_id\":\"a\"}",
                                        "{\"class\":\"x\"}",
                                        "{\"artist_id\":1,\"class\":\"x\"}"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(recent_errors_parse(result_format_usual(), wrong[i], strlen(wrong[i]), &error));
    }
    char line[3000] = "{\"artist_id\":\"";
    for (int i = 0; i < 600; i++) {
        (void)strlcat(line, "\xc3\xa9", sizeof(line));
    }
    (void)strlcat(line, "\",\"class\":\"x\",\"status\":-5,\"attempts\":-1,\"message\":\"m\",\"code\":\"c\"}",
                  sizeof(line));
    assert_true(recent_errors_parse(result_format_usual(), line, strlen(line), &error));
    assert_int_equal(strlen(error.artist), 46); // whole characters
    assert_string_equal(error.text, "c: m");
    assert_int_equal(error.attempts, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keeps_the_latest, open_file, close_file),
        cmocka_unit_test_setup_teardown(reads_only_the_end_of_a_lot, open_file, close_file),
        cmocka_unit_test_setup_teardown(survives_a_rollback, open_file, close_file),
        cmocka_unit_test(takes_what_it_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
