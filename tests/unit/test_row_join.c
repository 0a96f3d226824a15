#include "export/row_join.h"
#include "export/spool.h"
#include "export/spread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#ifdef SANITIZED
#define MANY 20000U
#else
#define MANY 200000U // many windows and partitions
#endif

static void keeps_what_is_put(void **state) {
    (void)state;
    struct spool *spool = spool_new(sizeof(uint64_t));
    assert_non_null(spool);
    uint64_t value;
    for (uint64_t i = 0; i < 5000; i++) { // back and forth
        uint64_t place = i * 7919 % 5000 * 2;
        value = place + 1;
        assert_int_equal(spool_put(spool, place, &value), 0);
    }
    for (uint64_t i = 0; i < 12000; i++) { // beyond the end, too
        assert_int_equal(spool_get(spool, i, &value), 0);
        assert_int_equal(value, i < 10000 && i % 2 == 0 ? i + 1 : 0);
    }
    spool_free(spool);
}

struct order {
    uint32_t next, count;
};

static int in_order(void *context, uint32_t key, uint32_t value) {
    struct order *order = context;
    assert_true(key >= order->next);
    assert_int_equal(value, key == 14 ? 3 : key / 2);
    order->next = key + 1;
    order->count++;
    return 0;
}

static int refuses(void *context, uint32_t key, uint32_t value) {
    (void)context;
    return key == 14 && value == 3 ? 7 : 0;
}

static void pairs_come_in_the_order_of_their_keys(void **state) {
    (void)state;
    struct spread *spread = spread_new(2 * MANY);
    struct order order = {0};
    assert_non_null(spread);
    for (uint64_t i = 0; i < MANY; i++) { // every second key, in a disorder
        uint32_t key = (uint32_t)(i * 7919 % MANY * 2);
        assert_int_equal(spread_add(spread, key, key / 2), 0);
    }
    assert_int_equal(spread_add(spread, 14, 3), 0); // the later one counts
    assert_int_equal(spread_each(spread, in_order, &order), 0);
    assert_int_equal(order.count, MANY);
    assert_int_equal(spread_each(spread, refuses, NULL), 7);
    spread_free(spread);
    spread_free(NULL);
    spread = spread_new(0);
    assert_non_null(spread);
    assert_int_equal(spread_each(spread, refuses, NULL), 0);
    spread_free(spread);
}

static void add_line(struct row_join *join, uint32_t id, bool failed) {
    char text[32];
    int length = snprintf(text, sizeof(text), "id %u", id);
    const struct row_join_line line = {.offset = (uint64_t)id * 1000000, .length = id, .failed = failed};
    assert_int_equal(row_join_add_line(join, text, (size_t)length, &line), 0);
}

static void add_row(struct row_join *join, uint32_t id) {
    char text[32];
    int length = snprintf(text, sizeof(text), "id %u", id);
    const struct row_join_row row = {.offset = id, .line = id + 1};
    assert_int_equal(row_join_add_row(join, text, (size_t)length, &row), 0);
}

// Lines stand in another order than rows, each third row has none, and one line has no row.
static void joins_many(void **state) {
    (void)state;
    struct row_join *join = row_join_new();
    assert_non_null(join);
    for (uint32_t i = 0; i < MANY; i++) {
        add_row(join, i);
    }
    for (uint32_t i = MANY; i > 0; i--) {
        if (i % 3 != 0) {
            add_line(join, i, i % 5 == 0);
        }
    }
    assert_int_equal(row_join_make(join), 0);
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t number, back;
        struct row_join_line line;
        struct row_join_row row;
        assert_int_equal(row_join_line_of(join, i, &number), 0);
        assert_int_equal(row_join_row(join, i, &row), 0);
        assert_int_equal(row.line, i + 1);
        if (i % 3 == 0) {
            assert_int_equal(number, ROW_JOIN_NONE);
            continue;
        }
        assert_int_equal(row_join_line(join, number, &line), 0);
        assert_int_equal(line.offset, (uint64_t)i * 1000000);
        assert_int_equal(line.failed, i % 5 == 0);
        assert_int_equal(row_join_row_of(join, number, &back), 0);
        assert_int_equal(back, i);
    }
    if (MANY % 3 != 0) { // the first line added is of an id beyond the rows
        uint32_t none;
        assert_int_equal(row_join_row_of(join, 0, &none), 0);
        assert_int_equal(none, ROW_JOIN_NONE);
    }
    row_join_free(join);
}

static void the_first_line_of_an_id_counts(void **state) {
    (void)state;
    struct row_join *join = row_join_new();
    struct row_join_line line;
    uint32_t number;
    add_line(join, 1, false);
    add_line(join, 2, false);
    add_line(join, 1, true); // an error of before
    add_row(join, 1);
    assert_int_equal(row_join_make(join), 0);
    assert_int_equal(row_join_line_of(join, 0, &number), 0);
    assert_int_equal(number, 0);
    for (uint32_t i = 0; i < row_join_lines(join); i++) {
        assert_int_equal(row_join_line(join, i, &line), 0);
        assert_int_equal(line.another, i == 2);
    }
    row_join_free(join);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_is_put),
        cmocka_unit_test(pairs_come_in_the_order_of_their_keys),
        cmocka_unit_test(joins_many),
        cmocka_unit_test(the_first_line_of_an_id_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
