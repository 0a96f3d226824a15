#include "view/figures.h"

#include "ration/clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define AT(path) .word = FIGURES_WORD(struct run_status, path)
#define OVER(path) .over = FIGURES_WORD(struct run_status, path)
#define IF(path) .only_if = FIGURES_WORD(struct run_status, path)
#define GAUGE(member, unit) NULL, NULL, NULL, member, "gauge", unit, "Help."

static struct run_status status;

static double unknown(const struct figures_at *at) {
    (void)at;
    return NAN;
}

static double eleven(const struct figures_at *at) {
    return 11 + at->which;
}

static void name_which(uint32_t which, char out[FIGURES_NAME]) {
    (void)snprintf(out, FIGURES_NAME, "%c", 'a' + (char)which);
}

static const struct figures_each each_two = {"letter", 2, name_which};

// A row, and the JSON that is made of it.
static const struct {
    const char *what;
    struct figures_row row;
    const char *json;
} cases[] = {
    {"four bytes", {GAUGE("a.done", "artists"), AT(now.done)}, "{\"a\":{\"done\":7}}"},
    {"eight bytes", {GAUGE("a", "nanoseconds"), AT(silent)}, "{\"a\":2500000000}"},
    {"a byte", {GAUGE("a", "flag"), AT(now.session[0].disabled)}, "{\"a\":true}"},
    {"a flag that is down", {GAUGE("a", "flag"), AT(now.session[1].disabled)}, "{\"a\":false}"},
    {"another unit", {GAUGE("a", "seconds"), AT(silent), .per = CLOCK_SECOND}, "{\"a\":2.5}"},
    {"a quotient, rounded", {GAUGE("a", "artists"), AT(now.done), OVER(now.failed)}, "{\"a\":2.333}"},
    {"by nothing", {GAUGE("a", "artists"), AT(now.done), OVER(now.wanted)}, "{\"a\":null}"},
    {"nothing by nothing", {GAUGE("a", "artists"), AT(now.slots), OVER(now.wanted)}, "{\"a\":null}"},
    {"percent", {GAUGE("a", "percent"), AT(now.failed), OVER(now.artists), .per = 0.01}, "{\"a\":30}"},
    {"where it holds", {GAUGE("a", "artists"), AT(now.done), IF(now.failed)}, "{\"a\":7}"},
    {"where it does not", {GAUGE("a", "artists"), AT(now.done), IF(now.wanted)}, "{\"a\":null}"},
    {"worked out where it does not", {GAUGE("a", "times"), .value = eleven, IF(now.wanted)}, "{\"a\":null}"},
    {"an amount that nobody knows", {GAUGE("a", "dollars"), AT(now.gossip.cost)}, "{\"a\":null}"},
    {"money, not rounded", {GAUGE("a", "dollars"), AT(now.artists), .per = 1e9}, "{\"a\":1e-08}"},
    {"a fraction", {GAUGE("a", "artists a second"), AT(pace_mean), .real = true}, "{\"a\":1.5}"},
    {"a fraction that is not known", {GAUGE("a", "tokens"), AT(pace.tokens), .real = true}, "{\"a\":null}"},
    {"worked out", {GAUGE("a.b", "times"), .value = eleven}, "{\"a\":{\"b\":11}}"},
    {"worked out to nothing", {GAUGE("a", "times"), .value = unknown}, "{\"a\":null}"},
    {"one for each",
     {GAUGE("a", "times"), .value = eleven, .each = &each_two},
     "{\"a\":{\"a\":11,\"b\":12}}"},
    {"an array", {GAUGE("a", "times"), AT(sums.outcome[0]), .each = &each_two}, "{\"a\":{\"a\":4,\"b\":5}}"},
    {"no member", {GAUGE(NULL, "artists"), AT(now.done)}, "{}"},
};

static void makes_json_of_rows(void **state) {
    (void)state;
    status.now.done = 7;
    status.now.failed = 3;
    status.now.artists = 10;
    status.silent = 2500000000;
    status.now.session[0].disabled = true;
    status.now.gossip.cost = SNAPSHOT_UNKNOWN;
    status.pace_mean = 1.5;
    status.pace.tokens = -1;
    status.sums.outcome[0] = 4;
    status.sums.outcome[1] = 5;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct figures_list list = {.row = &cases[i].row, .rows = 1};
        cJSON *object = cJSON_CreateObject();
        figures_json(object, &list, &status, 0);
        char *text = cJSON_PrintUnformatted(object);
        assert_non_null(text);
        if (strcmp(text, cases[i].json) != 0) {
            print_error("%s: %s, not %s\n", cases[i].what, text, cases[i].json);
        }
        assert_string_equal(text, cases[i].json);
        cJSON_free(text);
        cJSON_Delete(object);
    }
}

static const void *session_of(const struct run_status *of, uint32_t item) {
    return &of->now.session[item];
}

// The members of one object come from several rows, and from several items.
static void reads_the_item_that_is_meant(void **state) {
    (void)state;
    static const struct figures_row rows[] = {
        {GAUGE("a.x", "times"), .word = FIGURES_WORD(struct ledger_state, skipped)},
        {GAUGE("a.y", "times"), .word = FIGURES_WORD(struct ledger_state, breaker.opened)},
    };
    const struct figures_list list = {.base = session_of, .row = rows, .rows = 2};
    status.now.session[2].skipped = 5;
    status.now.session[2].breaker.opened = 6;
    cJSON *object = cJSON_CreateObject();
    figures_json(object, &list, &status, 2);
    char *text = cJSON_PrintUnformatted(object);
    assert_string_equal(text, "{\"a\":{\"x\":5,\"y\":6}}");
    cJSON_free(text);
    cJSON_Delete(object);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_json_of_rows),
        cmocka_unit_test(reads_the_item_that_is_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
