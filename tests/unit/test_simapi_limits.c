#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <bsd/string.h>
#include <string.h>

#include "sim_change.h"
#include "sim_keys_line.h"
#include "sim_limits.h"
#include "sim_number.h"

static void reads_numbers(void **state) {
    static const char *const bad[] = {"", "-1", "+1", " 1", "1 ", "1.0", "x", "18446744073709551616"};
    uint64_t n = 7;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(sim_number_parse(bad[i], strlen(bad[i]), &n));
    assert_int_equal(n, 7);
    assert_true(sim_number_parse("18446744073709551615", 20, &n));
    assert_true(n == UINT64_MAX);
    assert_true(sim_number_parse("123", 2, &n));
    assert_int_equal(n, 12);
}

static void reads_seconds(void **state) {
    static const char *const bad[] = {"", ".", "-1", "1e3", "inf", "nan", "0x1", "1.2.3", "2000000000"};
    uint64_t ns = 7;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(sim_number_parse_seconds(bad[i], strlen(bad[i]), &ns));
    assert_int_equal(ns, 7);
    assert_true(sim_number_parse_seconds("0.25", 4, &ns));
    assert_int_equal(ns, 250000000);
    assert_true(sim_number_parse_seconds("12:", 2, &ns));
    assert_int_equal(ns, UINT64_C(12000000000));
}

static void reads_fields(void **state) {
    struct limits l = {0};
    int status = sim_limits_field("status", 6);

    (void)state;
    assert_int_equal(sim_limits_field("burs", 4), -1);
    assert_int_equal(sim_limits_field("", 0), -1);
    assert_true(sim_limits_set(&l, sim_limits_field("tokens_per_day", 14), 5));
    assert_int_equal(l.most[DIMENSION_TOKENS_DAY], 5);
    assert_false(sim_limits_set(&l, sim_limits_field("burst", 5), UINT64_MAX));
    assert_int_equal(l.burst[DIMENSION_REQUESTS], 0);
    assert_false(sim_limits_set(&l, status, 200));
    assert_true(sim_limits_set(&l, status, 401));
    assert_true(sim_limits_set(&l, status, 0));
    assert_string_equal(sim_limits_dimension_name(DIMENSION_TOKENS_DAY), "tokens-day");
    assert_true(sim_limits_set(&l, sim_limits_field("project_tokens_per_minute", 25), 7));
    assert_int_equal(l.most[DIMENSION_PROJECT], 7);
    assert_string_equal(sim_limits_dimension_name(DIMENSION_PROJECT), "project-tokens");
}

static void takes_changes(void **state) {
    static const char *const bad[] = {"",        "5",          "5:",           ":burst=1",   "x:burst=1",
                                      "5:burst", "5:burst=",   "5:burst=1,",   "5:,burst=1", "5:speed=1",
                                      "5:key=1", "5:burst=-1", "5:status=200", "-5:burst=1"};
    static struct changes c;
    struct limits l = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(sim_change_add(&c, bad[i]));
    assert_int_equal(c.count, 0);
    assert_true(sim_change_add(&c, "2.5:requests_per_minute=10,tokens_per_minute=20,burst=3"));
    assert_true(sim_change_add(&c, "1:key=4,burst=9"));
    assert_true(sim_change_add(&c, "2.5:burst=8"));
    assert_int_equal(c.count, 3);
    assert_int_equal(c.change[0].line, 4);
    assert_int_equal(c.change[1].at_ns, UINT64_C(2500000000));
    assert_int_equal(c.change[1].line, 0);
    sim_change_apply(&c.change[1], &l);
    assert_int_equal(l.most[DIMENSION_REQUESTS], 10);
    assert_int_equal(l.most[DIMENSION_TOKENS], 20);
    assert_int_equal(l.burst[DIMENSION_REQUESTS], 3);
    sim_change_apply(&c.change[2], &l);
    assert_int_equal(l.burst[DIMENSION_REQUESTS], 8);
    while (c.count < CHANGES_MAX)
        assert_true(sim_change_add(&c, "1:burst=9"));
    assert_false(sim_change_add(&c, "1:burst=9"));
}

static const char *read_line(const char *text, struct limits *l) {
    static char line[256];

    (void)strlcpy(line, text, sizeof(line));
    *l = (struct limits){.quota_after = 99, .most[DIMENSION_REQUESTS_DAY] = 77};
    return sim_keys_line_read(line, l);
}

static void reads_the_line_of_a_key(void **state) {
    static const char *const bad[] = {"k",
                                      "k 1 2",
                                      "k 1 2 x",
                                      "k 1 2 3 4 5",
                                      "k 1 2 -3",
                                      "k 1 2 3 speed 4",
                                      "k 1 2 3 status",
                                      "k 1 2 3 status 99",
                                      "k status 401 1 2 3",
                                      "k 1 2 3 status 401 4"};
    struct limits l;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_non_null(read_line(bad[i], &l));
    assert_null(read_line("k 60\t1000 5\n", &l));
    assert_int_equal(l.most[DIMENSION_REQUESTS], 60);
    assert_int_equal(l.most[DIMENSION_TOKENS], 1000);
    assert_int_equal(l.burst[DIMENSION_REQUESTS], 5);
    assert_int_equal(l.most[DIMENSION_REQUESTS_DAY], 77);
    assert_int_equal(l.quota_after, 99);
    assert_null(read_line("k 0 0 0 50 quota_after 7 status 401 status_until 3", &l));
    assert_int_equal(l.most[DIMENSION_REQUESTS], 0);
    assert_int_equal(l.most[DIMENSION_REQUESTS_DAY], 50);
    assert_int_equal(l.quota_after, 7);
    assert_int_equal(l.status, 401);
    assert_int_equal(l.status_until, 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_numbers),
        cmocka_unit_test(reads_seconds),
        cmocka_unit_test(reads_fields),
        cmocka_unit_test(takes_changes),
        cmocka_unit_test(reads_the_line_of_a_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
