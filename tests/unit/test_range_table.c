#include "crew/range_table.h"

#include "unit_child.h"
#include "unit_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { NUMBERS = 300 };

// The same as a plain map: a byte for each number.
struct model {
    bool in[NUMBERS];
};

static void assert_same(const struct range_table *table, const struct model *model) {
    size_t at = 0;
    uint32_t size = 0;
    for (uint32_t n = 0; n < NUMBERS;) {
        if (!model->in[n]) {
            n++;
            continue;
        }
        uint32_t end = n;
        while (end < NUMBERS && model->in[end]) {
            end++;
        }
        // Sorted, not touching, none empty: as few ranges as there can be.
        assert_true(at < table->count);
        assert_int_equal(table->range[at].first, n);
        assert_int_equal(table->range[at].end, end);
        size += end - n;
        at++;
        n = end;
    }
    assert_int_equal(table->count, at);
    assert_int_equal(range_table_size(table), size);
}

static struct range any_range(struct unit_random *random) {
    uint32_t first = unit_random_below(random, NUMBERS + 1);
    uint32_t most = unit_random_below(random, 4) == 0 ? NUMBERS : 12;
    uint32_t length = unit_random_below(random, most);
    return (struct range){first, first + length < NUMBERS ? first + length : NUMBERS};
}

// Shortens a range so that the model is all `value` in it.
static struct range like(const struct model *model, struct range range, bool value) {
    uint32_t end = range.first;
    while (end < range.end && model->in[end] == value) {
        end++;
    }
    return (struct range){range.first, end};
}

static void fill(struct model *model, struct range range, bool value) {
    for (uint32_t n = range.first; n < range.end; n++) {
        model->in[n] = value;
    }
}

static void behaves_like_a_plain_map(void **state) {
    (void)state;
    struct unit_random random = {.state = 1};
    struct range_table table = {0}, other = {0};
    struct model model = {0}, other_model = {0};
    for (int step = 0; step < 60000; step++) {
        struct range range = any_range(&random);
        switch (unit_random_below(&random, 3)) {
        case 0: // what is in neither
            range = like(&model, range, false);
            range = like(&other_model, range, false);
            assert_true(range_table_add(&table, range));
            fill(&model, range, true);
            break;
        case 1:
            range = like(&model, range, true);
            assert_true(range_table_remove(&table, range));
            fill(&model, range, false);
            break;
        default:
            assert_true(range_table_move(&table, range, &other));
            for (uint32_t n = range.first; n < range.end; n++) {
                other_model.in[n] = other_model.in[n] || model.in[n];
                model.in[n] = false;
            }
            break;
        }
        assert_same(&table, &model);
        assert_same(&other, &other_model);
        if (step % 50 == 49) {
            assert_true(range_table_move(&other, (struct range){0, NUMBERS}, &table));
            for (uint32_t n = 0; n < NUMBERS; n++) {
                model.in[n] = model.in[n] || other_model.in[n];
            }
            other_model = (struct model){0};
            assert_same(&table, &model);
            assert_int_equal(other.count, 0);
        }
    }
    range_table_free(&table);
    range_table_free(&other);
    assert_int_equal(table.count, 0);
}

static void joins_its_neighbours(void **state) {
    (void)state;
    struct range_table table = {0};
    assert_true(range_table_add(&table, (struct range){10, 20}));
    assert_true(range_table_add(&table, (struct range){30, 40}));
    assert_true(range_table_add(&table, (struct range){0, 0}));
    assert_true(range_table_add(&table, (struct range){25, 25}));
    assert_int_equal(table.count, 2);
    assert_true(range_table_add(&table, (struct range){20, 30}));
    assert_int_equal(table.count, 1);
    assert_int_equal(table.range[0].first, 10);
    assert_int_equal(table.range[0].end, 40);
    assert_true(range_table_remove(&table, (struct range){20, 21}));
    assert_int_equal(table.count, 2);
    assert_int_equal(range_table_size(&table), 29);
    range_table_free(&table);
}

static void knows_the_largest_numbers(void **state) {
    (void)state;
    struct range_table table = {0}, to = {0};
    assert_true(range_table_add(&table, (struct range){0, RANGE_MAX_ARTISTS}));
    assert_int_equal(range_table_size(&table), RANGE_MAX_ARTISTS);
    assert_true(range_table_remove(&table, (struct range){RANGE_MAX_ARTISTS - 1, RANGE_MAX_ARTISTS}));
    assert_true(range_table_remove(&table, (struct range){0, RANGE_MAX_ARTISTS - 3}));
    assert_int_equal(range_table_size(&table), 2);
    assert_true(range_table_move(&table, (struct range){RANGE_MAX_ARTISTS - 2, RANGE_MAX_ARTISTS}, &to));
    assert_int_equal(to.count, 1);
    assert_int_equal(to.range[0].first, RANGE_MAX_ARTISTS - 2);
    assert_int_equal(to.range[0].end, RANGE_MAX_ARTISTS - 1);
    range_table_free(&table);
    range_table_free(&to);
}

struct change {
    struct range_table *table;
    struct range range;
};

static void add(void *context) {
    struct change *change = context;
    (void)range_table_add(change->table, change->range);
}

static void take_out(void *context) {
    struct change *change = context;
    (void)range_table_remove(change->table, change->range);
}

// An artist in two places at once would be asked twice: better to stop.
static void a_range_given_back_twice_panics(void **state) {
    (void)state;
    struct range_table table = {0};
    assert_true(range_table_add(&table, (struct range){10, 20}));
    assert_true(range_table_add(&table, (struct range){30, 40}));
    static const struct range overlapping[] = {
        {10, 20}, {12, 13}, {5, 11},  {19, 21}, {5, 45},  {29, 31},
        {39, 50}, {9, 41},  {20, 31}, {20, 40}, {20, 45}, {40, 41}, // the last one is none: it touches
    };
    size_t count = sizeof(overlapping) / sizeof(overlapping[0]);
    for (size_t i = 0; i < count; i++) {
        struct change change = {&table, overlapping[i]};
        if (child_panics(add, &change) != (i + 1 < count)) {
            fail_msg("[%u, %u)", overlapping[i].first, overlapping[i].end);
        }
    }
    range_table_free(&table);
}

static void taking_out_what_is_not_there_panics(void **state) {
    (void)state;
    struct range_table table = {0};
    assert_true(range_table_add(&table, (struct range){10, 20}));
    assert_true(range_table_add(&table, (struct range){30, 40}));
    static const struct range missing[] = {{0, 5},   {5, 11},  {15, 25}, {20, 30},
                                           {10, 40}, {39, 41}, {40, 41}, {9, 10}};
    for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
        struct change change = {&table, missing[i]};
        if (!child_panics(take_out, &change)) {
            fail_msg("[%u, %u)", missing[i].first, missing[i].end);
        }
    }
    range_table_free(&table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(behaves_like_a_plain_map),
        cmocka_unit_test(joins_its_neighbours),
        cmocka_unit_test(knows_the_largest_numbers),
        cmocka_unit_test(a_range_given_back_twice_panics),
        cmocka_unit_test(taking_out_what_is_not_there_panics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
