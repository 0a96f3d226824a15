#include "limits/limit_fields.h"
#include "limits/limit_report.h"
#include "limits/limit_values.h"
#include "limits/limit_window.h"
#include "unit_random.h"

#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MS 1000000ULL
#define S 1000000000ULL
#define MOMENT (784111777ULL * S) // Sun, 06 Nov 1994 08:49:37 GMT

static void reads_counts(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum limit_value value;
        uint64_t count;
    } cases[] = {
        {"0", LIMIT_VALUE_GOOD, 0},
        {"0042", LIMIT_VALUE_GOOD, 42},
        {"+5", LIMIT_VALUE_GOOD, 5},
        {"600.0", LIMIT_VALUE_GOOD, 600},
        {"599.99", LIMIT_VALUE_GOOD, 599},
        {"6,000", LIMIT_VALUE_GOOD, 6000},
        {"1,234,567", LIMIT_VALUE_GOOD, 1234567},
        {"12,345.6", LIMIT_VALUE_GOOD, 12345},
        {"-0", LIMIT_VALUE_GOOD, 0},
        {"-0.0", LIMIT_VALUE_GOOD, 0},
        {"999999999999999", LIMIT_VALUE_GOOD, LIMIT_COUNT_MOST},
        // Whether one too many was taken, or nobody knows, the limit tells.
        {"-1", LIMIT_VALUE_UNKNOWN, 0},
        {"-1.0", LIMIT_VALUE_UNKNOWN, 0},
        // Overdrawn
        {"-2", LIMIT_VALUE_NEGATIVE, 0},
        {"-0.5", LIMIT_VALUE_NEGATIVE, 0},
        {"-1.5", LIMIT_VALUE_NEGATIVE, 0},
        {"-6,000", LIMIT_VALUE_NEGATIVE, 0},
        {"-600.0", LIMIT_VALUE_NEGATIVE, 0},
        {"-99999999999999999999999", LIMIT_VALUE_NEGATIVE, 0},
        {"", LIMIT_VALUE_BAD, 0},
        {"-", LIMIT_VALUE_BAD, 0},
        {"+", LIMIT_VALUE_BAD, 0},
        {"+-5", LIMIT_VALUE_BAD, 0},
        {"--5", LIMIT_VALUE_BAD, 0},
        {"1e3", LIMIT_VALUE_BAD, 0},
        {"0x10", LIMIT_VALUE_BAD, 0},
        {"5 000", LIMIT_VALUE_BAD, 0},
        {"1234,567", LIMIT_VALUE_BAD, 0},
        {"6,00", LIMIT_VALUE_BAD, 0},
        {"6,0000", LIMIT_VALUE_BAD, 0},
        {",600", LIMIT_VALUE_BAD, 0},
        {"4.", LIMIT_VALUE_BAD, 0},
        {".5", LIMIT_VALUE_BAD, 0},
        {"nan", LIMIT_VALUE_BAD, 0},
        {" 1", LIMIT_VALUE_BAD, 0},
        {"1000000000000000", LIMIT_VALUE_BAD, 0},
        {"18446744073709551616", LIMIT_VALUE_BAD, 0},
        {"99999999999999999999999999", LIMIT_VALUE_BAD, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t count = 0;
        enum limit_value value = limit_text_count(cases[i].text, strlen(cases[i].text), &count);
        if (value != cases[i].value || count != cases[i].count) {
            fail_msg("\"%s\": %d, %llu", cases[i].text, (int)value, (unsigned long long)count);
        }
    }
    uint64_t count;
    assert_int_equal(limit_text_count("0042junk", 4, &count), LIMIT_VALUE_GOOD);
}

static void reads_lists(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {" , ,", ""},
        {"600", "[600]"},
        {"600, 500", "[600][500]"},
        {"600,50 ,7", "[600][50][7]"},
        {"6,000, 5,000", "[6,000][5,000]"},
        {"1234,567", "[1234][567]"},
        {"\"600\", '5 '", "[600][5]"},
        {"3, Sun, 06 Nov 1994 08:49:37 GMT, soon, 1", "[3][Sun, 06 Nov 1994 08:49:37 GMT][soon][1]"},
        {"Sunday, 06-Nov-94 08:49:37 GMT", "[Sunday, 06-Nov-94 08:49:37 GMT]"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *text = cases[i][0], *element;
        size_t length = strlen(text), element_length, used = 0;
        char said[200] = "";
        while (limit_text_element(&text, &length, &element, &element_length)) {
            used +=
                (size_t)snprintf(said + used, sizeof(said) - used, "[%.*s]", (int)element_length, element);
        }
        assert_string_equal(said, cases[i][1]);
    }
}

static void reads_times(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum limit_time_form form;
        uint64_t ns, step;
    } good[] = {
        {"1s", LIMIT_TIME_UNITS, S, MS},
        {"0s", LIMIT_TIME_UNITS, 0, MS},
        {"6m0s", LIMIT_TIME_UNITS, 360 * S, MS},
        {"12ms", LIMIT_TIME_UNITS, 12 * MS, MS},
        {"2m59.56s", LIMIT_TIME_UNITS, 179560 * MS, MS},
        {"16m17.764s", LIMIT_TIME_UNITS, 977764 * MS, MS},
        {"7.66s", LIMIT_TIME_UNITS, 7660 * MS, MS},
        {"1h2m", LIMIT_TIME_UNITS, 3720 * S, MS},
        {"1.5h", LIMIT_TIME_UNITS, 5400 * S, MS},
        {"0.125h", LIMIT_TIME_UNITS, 450 * S, MS},
        {"250\xc2\xb5s", LIMIT_TIME_UNITS, 250000, 1000},
        {"250\xce\xbcs", LIMIT_TIME_UNITS, 250000, 1000},
        {"100us", LIMIT_TIME_UNITS, 100000, 1000},
        {"1s500ns", LIMIT_TIME_UNITS, S + 500, 1000},
        {"8784h", LIMIT_TIME_UNITS, LIMIT_TIME_MOST, MS},
        {"+5s", LIMIT_TIME_UNITS, 5 * S, MS},
        {"1 s", LIMIT_TIME_UNITS, S, MS},
        {"30 seconds", LIMIT_TIME_UNITS, 30 * S, MS},
        {"1 minute 30 secs", LIMIT_TIME_UNITS, 90 * S, MS},
        {"1d", LIMIT_TIME_UNITS, 86400 * S, MS},
        {"250 milliseconds", LIMIT_TIME_UNITS, 250 * MS, MS},
        {"1994-11-06T08:49:37", LIMIT_TIME_ABSOLUTE, MOMENT, S},
        {"1994-11-06T10:19:37+0130", LIMIT_TIME_ABSOLUTE, MOMENT, S},
        {"0", LIMIT_TIME_SECONDS, 0, S},
        {"30", LIMIT_TIME_SECONDS, 30 * S, S},
        {"0.25", LIMIT_TIME_SECONDS, 250 * MS, 10 * MS},
        {"33011.382867", LIMIT_TIME_SECONDS, 33011382867000, 1000},
        {"1.0000000001999", LIMIT_TIME_SECONDS, S, 1},
        {"1711720800", LIMIT_TIME_ABSOLUTE, 1711720800 * S, S},
        {"1711720800123", LIMIT_TIME_ABSOLUTE, 1711720800123 * MS, MS},
        {"1994-11-06T08:49:37Z", LIMIT_TIME_ABSOLUTE, MOMENT, S},
        {"1994-11-06t08:49:37z", LIMIT_TIME_ABSOLUTE, MOMENT, S},
        {"1994-11-06 08:49:37.25Z", LIMIT_TIME_ABSOLUTE, MOMENT + 250 * MS, 10 * MS},
        {"1994-11-06T08:49:37.1234567891Z", LIMIT_TIME_ABSOLUTE, MOMENT + 123456789, 1},
        {"1994-11-06T10:19:37+01:30", LIMIT_TIME_ABSOLUTE, MOMENT, S},
        {"1994-11-05T23:49:37-09:00", LIMIT_TIME_ABSOLUTE, MOMENT, S},
        {"2016-12-31T23:59:60Z", LIMIT_TIME_ABSOLUTE, 1483228800 * S, S},
        {"2024-02-29T00:00:00Z", LIMIT_TIME_ABSOLUTE, 1709164800 * S, S},
        {"1970-01-01T00:00:00Z", LIMIT_TIME_ABSOLUTE, 0, S},
        {"Sun, 06 Nov 1994 08:49:37 GMT", LIMIT_TIME_ABSOLUTE, MOMENT, S},
        {"Sunday, 06-Nov-94 08:49:37 GMT", LIMIT_TIME_ABSOLUTE, MOMENT, S},
        {"Sun Nov  6 08:49:37 1994", LIMIT_TIME_ABSOLUTE, MOMENT, S},
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct limit_time time = {0};
        enum limit_value value = limit_values_time(good[i].text, strlen(good[i].text), &time);
        assert_int_equal(value, LIMIT_VALUE_GOOD);
        assert_int_equal(time.form, good[i].form);
        assert_int_equal(time.ns, good[i].ns);
        assert_int_equal(time.step, good[i].step);
    }
}

static void refuses_bad_times(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        " ",
        "s",
        "ms",
        "-",
        "-2",
        "-5s",
        "5x",
        "5s ",
        "1..5s",
        ".5s",
        "5.s",
        "784111777",
        "1.2.3",
        "1e3",
        "1h-2m",
        "8784h1ns",
        "8785h",
        "31622401",
        "99999999999999h",
        "9223372036854775807s",
        "999999999999999999999999s",
        "9999999999",
        "999999999999999",
        "9999999999999999",
        "1s\xc2",
        "\xc2\xb5s",
        "250\xc2s",
        "1994-11-06",
        "1994-11-06T08:49Z",
        "1994-13-06T08:49:37Z",
        "1994-00-06T08:49:37Z",
        "1994-11-31T08:49:37Z",
        "2023-02-29T00:00:00Z",
        "1994-11-06T24:49:37Z",
        "1994-11-06T08:60:37Z",
        "1994-11-06T08:49:61Z",
        "1994-11-06T08:49:37.Z",
        "1994-11-06T08:49:37+1:00",
        "1994-11-06T08:49:37+24:00",
        "1994-11-06T08:49:37Zx",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59Z",
        "2262-04-11T23:47:16Z",
        "94-11-06T08:49:37Z",
        "Sun, 99 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 GMT, and a great deal more that would never fit into any date"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct limit_time time = {0};
        if (limit_values_time(bad[i], strlen(bad[i]), &time) != LIMIT_VALUE_BAD) {
            fail_msg("taken: %s", bad[i]);
        }
        assert_false(limit_values_go(bad[i], strlen(bad[i]), &time));
    }
    struct limit_time time;
    assert_int_equal(limit_values_time("-1", 2, &time), LIMIT_VALUE_UNKNOWN);
    assert_int_equal(limit_values_time("1s\0", 3, &time), LIMIT_VALUE_BAD);
}

// The list as "key=<type:text>;key<type>", to compare.
static void describe(const char *text, char *out, size_t size) {
    struct limit_fields fields = limit_fields_begin(text, strlen(text));
    struct limit_fields_item key, item;
    enum limit_fields_found found;
    size_t used = 0;
    out[0] = '\0';
#define SAY(...) used += (size_t)snprintf(out + used, size - used, __VA_ARGS__)
    while ((found = limit_fields_next(&fields, &key, &item)) == LIMIT_FIELDS_ONE) {
        SAY("[%.*s%c%.*s", (int)key.length, key.text, "idstx"[item.type], (int)item.length,
            item.text ? item.text : "");
        while ((found = limit_fields_parameter(&fields, &key, &item)) == LIMIT_FIELDS_ONE) {
            SAY(" %.*s%c", (int)key.length, key.text, "idstx"[item.type]);
            if (item.type == LIMIT_FIELDS_INTEGER) {
                SAY("%lld", (long long)item.integer);
            }
        }
        if (found == LIMIT_FIELDS_MALFORMED) {
            break;
        }
        SAY("]");
    }
    if (found == LIMIT_FIELDS_MALFORMED) {
        SAY("!");
    }
#undef SAY
}

static void reads_fields(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {"\"burst\";q=100;w=60,\"daily\";q=1000;w=86400", "[sburst qi100 wi60][sdaily qi1000 wi86400]"},
        {"  \"a b\" ; q=1", "[sa b]!"}, // no blank before a semicolon
        {"\"a\"; q=1;  w=2 ,\t b;r=-5", "[sa qi1 wi2][tb ri-5]"},
        {"100;w=60", "[i wi60]"},
        {"limit=100, remaining=50, reset=5", "[limiti][remainingi][reseti]"},
        {"a;f;g=?0;h=1.5;i=:YQ==:;j=@17;k=%\"x\";*l=tok/en:", "[ta fx gx hd ix jx kx *lt]"},
        {"\"q\\\"q\\\\x\"", "[sq\\\"q\\\\x]"},
        {"999999999999999", "[i]"},
        {"1000000000000000", "!"},
        {"-", "!"},
        {"1.", "!"},
        {"1.2345", "!"},
        {"1234567890123.1", "!"},
        {"\"open", "!"},
        {"\"bad\\x\"", "!"},
        {"\"end\\", "!"},
        {"\"tab\t\"", "!"},
        {"\"caf\xc3\xa9\"", "!"},
        {"(\"a\" \"b\")", "!"},
        {"a,", "[ta]!"},
        {",a", "!"},
        {"a b", "[ta]!"},
        {"a;", "[ta!"},
        {"a;Q=1", "[ta!"},
        {"a;q=", "[ta!"},
        {"a;=1", "[ta!"},
        {"\"fixed window\";\"api\";q=500;w=300", "[sfixed window!"}, // as one well-known hub sends it
        {"?2", "!"},
        {":a", "!"},
        {"@1.5", "!"},
        {"%x", "!"},
    };
    char said[400];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        describe(cases[i][0], said, sizeof(said));
        assert_string_equal(said, cases[i][1]);
    }
}

static void infers_windows(void **state) {
    (void)state;
    static const struct {
        struct limit_sample sample;
        uint64_t window;
    } cases[] = {
        {{5000, 4999, 1, 12 * MS, MS}, CLOCK_MINUTE},
        {{160000, 158866, 1, 425 * MS, MS}, CLOCK_MINUTE},
        {{150000, 149984, 1, 6 * MS, MS}, CLOCK_MINUTE},
        {{60, 59, 1, S, MS}, CLOCK_MINUTE},
        {{10000, 9999, 1, 8640 * MS, MS}, CLOCK_DAY},
        {{200, 197, 1, 977764 * MS, MS}, CLOCK_DAY}, // a third of the last request has come back already
        {{14400, 14370, 1, 179560 * MS, MS}, CLOCK_DAY},
        {{3600, 3000, 1, 600 * S, MS}, CLOCK_HOUR},
        {{20, 10, 1, 500 * MS, MS}, CLOCK_SECOND},
        {{30000, 29999, 1, 2 * MS, MS}, CLOCK_MINUTE},
        {{50000, 49999, 1, MS, MS}, CLOCK_MINUTE}, // 1.2 ms, told as 1
        {{8000, 6500, 1, 60 * S, MS}, 0},          // 320 s
        {{18000, 17997, 1, 7660 * MS, MS}, 0},
        {{5000, 5000, 1, 0, MS}, 0},
        {{5000, 5000, 1, 12 * MS, MS}, 0},
        {{5000, 4000, 1, 0, MS}, 0},
        {{500, 0, 1, 60 * S, MS}, CLOCK_MINUTE},
        {{500, 0, 1, 75 * S, MS}, 0}, // overdrawn
        {{80000, 40000, 1000, 30 * S, 2 * S}, CLOCK_MINUTE},
        {{80000, 79000, 1000, S, 2 * S}, 0},
        {{999999999999999, 1, 1, LIMIT_TIME_MOST, 1}, 0},
        {{999999999999999, 999999999999998, 1, LIMIT_TIME_MOST, 1}, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct limit_window found = limit_window_infer(&cases[i].sample);
        assert_int_equal(found.window, cases[i].window);
        assert_true(found.least <= found.most);
    }
}

// A real bucket, asked at any moment: the bounds hold its window, and what is found is it or nothing.
static void infers_windows_of_buckets(void **state) {
    (void)state;
    struct unit_random random = {.state = 4};
    static const uint64_t windows[] = {CLOCK_MINUTE, CLOCK_DAY};
    int found = 0, wrong = 0;
    for (int i = 0; i < 20000; i++) {
        uint64_t window = windows[i % 2];
        uint64_t limit = 20 + unit_random_below(&random, 30000);
        uint64_t reset = 1 + unit_random_next(&random) % (window / 4);
        double consumed = (double)reset * (double)limit / (double)window;
        uint64_t whole = (uint64_t)consumed;
        whole += (double)whole < consumed ? 1 : 0;
        uint64_t told = reset / MS * MS; // in milliseconds
        struct limit_sample sample = {limit, limit - whole, 1, told, MS};
        struct limit_window seen = limit_window_infer(&sample);
        assert_true(seen.least <= window && seen.most >= window);
        found += seen.window == window ? 1 : 0;
        wrong += seen.window != 0 && seen.window != window ? 1 : 0;
    }
    assert_true(found > 19000);
    assert_true(wrong < 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_counts),
        cmocka_unit_test(reads_lists),
        cmocka_unit_test(reads_times),
        cmocka_unit_test(refuses_bad_times),
        cmocka_unit_test(reads_fields),
        cmocka_unit_test(infers_windows),
        cmocka_unit_test(infers_windows_of_buckets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
