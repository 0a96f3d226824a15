#include "plan/forecast_spend.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define POINTS 6U

// What was seen, and what one more artist then costs, in nano-dollars.
static const struct {
    const char *what;
    struct forecast_spend_point seen[POINTS];
    double filled, lately;
} rows[] = {
    {"nothing yet", {{0, 0}}, 0, 0},
    {"spent, but nobody has a verdict", {{0, 500}}, 0, 0},
    {"the mean", {{0, 0}, {10, 1000}}, 0, 100},
    {"one look knows no beginning", {{40, 8000}}, 0, 200},
    {"but what it cost may be known", {{40, 8000}}, 400, 190},
    {"which is not more than all", {{40, 8000}}, 9000, 200},
    {"one that was seen is left out as a whole", {{4, 4000}, {8, 4400}, {16, 5200}}, 3600, 100},
    {"after a dear beginning", {{4, 4000}, {8, 4400}, {16, 5200}}, 0, 100},
    {"it is forgotten, by and by", {{1, 1000}, {2, 2000}, {4, 2200}, {7, 2500}, {100, 11800}}, 0, 100},
    {"at least half of them count", {{10, 1000}, {20, 2000}, {39, 3900}, {40, 6000}}, 0, 200},
    {"what falls is not taken", {{10, 1000}, {9, 5000}, {12, 900}}, 0, 100},
};

static void one_more_costs_what_those_before_did(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct forecast_spend spend = {0};
        for (size_t k = 0; k < POINTS; k++) {
            forecast_spend_add(&spend, rows[i].seen[k]);
        }
        if (forecast_spend_lately(&spend, rows[i].filled) != rows[i].lately) {
            fail_msg("%s: %f", rows[i].what, forecast_spend_lately(&spend, rows[i].filled));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_more_costs_what_those_before_did)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
