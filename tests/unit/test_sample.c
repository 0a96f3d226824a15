// A few artists, spread over the whole input and its priorities.
#include "input/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static void test_shares(void **state) {
    (void)state;
    static const struct {
        uint32_t of[PRIORITIES], wanted, expected[PRIORITIES];
    } cases[] = {
        {{0, 100, 0}, 10, {0, 10, 0}},      {{0, 3, 0}, 10, {0, 3, 0}},    {{1, 1000, 1}, 3, {1, 1, 1}},
        {{1, 1000, 1}, 2, {1, 1, 0}},       {{1, 1000, 1}, 10, {1, 8, 1}}, {{500, 400, 100}, 10, {5, 4, 1}},
        {{1, 1000, 1}, 1, {1, 0, 0}},       {{0, 0, 0}, 5, {0, 0, 0}},     {{2, 2, 2}, 6, {2, 2, 2}},
        {{0, UINT32_MAX, 0}, 4, {0, 4, 0}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sample sample;
        sample_begin(&sample, cases[i].of, cases[i].wanted);
        for (int p = 0; p < PRIORITIES; p++) {
            assert_int_equal(sample.wanted[p], cases[i].expected[p]);
        }
    }
}

// Between two that are taken lie as many as between any others, but for one.
static void test_spread(void **state) {
    (void)state;
    for (uint32_t of = 1; of < 300; of += 7) {
        for (uint32_t wanted = 1; wanted <= of; wanted += 3) {
            struct sample sample;
            uint32_t taken = 0, last = 0, least = UINT32_MAX, most = 0;
            sample_begin(&sample, (uint32_t[PRIORITIES]){0, of, 0}, wanted);
            for (uint32_t at = 0; at < of; at++) {
                if (sample_takes(&sample, PRIORITY_NORMAL)) {
                    uint32_t gap = at - last;
                    if (taken++ > 0) {
                        least = gap < least ? gap : least;
                        most = gap > most ? gap : most;
                    }
                    last = at;
                }
            }
            assert_int_equal(taken, wanted);
            assert_true(wanted < 2 || most - least <= 1);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_shares), cmocka_unit_test(test_spread)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
