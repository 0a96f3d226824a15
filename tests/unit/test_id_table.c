#include "input/id_table.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#ifdef SANITIZED
#define MANY 150000U
#else
#define MANY 400000U // enough that every partition is written
#endif

static void add(struct id_table *table, const char *prefix, uint32_t number, uint32_t value) {
    char id[64];
    int length = snprintf(id, sizeof(id), "%s%u", prefix, number);
    assert_int_equal(id_table_add(table, id, (size_t)length, value), 0);
}

struct seen {
    unsigned pairs;
    uint32_t first;
    uint32_t again;
};

static int see(void *context, uint32_t first, uint32_t again) {
    struct seen *seen = context;
    seen->pairs++;
    seen->first = first;
    seen->again = again;
    return 0;
}

static void finds_duplicates(void **state) {
    (void)state;
    struct id_table *table = id_table_new();
    struct seen seen = {0};
    assert_int_equal(id_table_duplicates(table, see, &seen), 0);
    for (uint32_t i = 0; i < 1000; i++) {
        add(table, "a", i, i);
    }
    assert_int_equal(id_table_duplicates(table, see, &seen), 0);
    assert_int_equal(seen.pairs, 0);
    add(table, "a", 17, 1000);
    assert_int_equal(id_table_duplicates(table, see, &seen), 0);
    assert_int_equal(seen.pairs, 1);
    assert_int_equal(seen.first, 17);
    assert_int_equal(seen.again, 1000);
    assert_int_equal(id_table_count(table), 1001);
    id_table_free(table);
}

static void tells_ids_apart(void **state) {
    (void)state;
    struct id_table *table = id_table_new();
    struct seen seen = {0};
    static const char zeros[600];
    uint32_t value = 0;
    // Every length of one byte, and one bit set at every place.
    for (size_t length = 1; length <= 520; length++) {
        assert_int_equal(id_table_add(table, zeros, length, value++), 0);
    }
    for (size_t bit = 0; bit < 512; bit++) {
        char id[64] = {0};
        id[bit / 8] = (char)(1U << (bit % 8));
        assert_int_equal(id_table_add(table, id, sizeof(id), value++), 0);
    }
    assert_int_equal(id_table_duplicates(table, see, &seen), 0);
    assert_int_equal(seen.pairs, 0);
    id_table_free(table);
}

static int count_each(void *context, uint32_t first, uint32_t again) {
    unsigned char *count = context;
    assert_int_equal(again, first + MANY);
    count[first]++;
    return 0;
}

static void finds_duplicates_in_the_file(void **state) {
    (void)state;
    struct id_table *table = id_table_new();
    for (uint32_t i = 0; i < MANY; i++) {
        add(table, "artist-", i, i);
    }
    for (uint32_t i = 0; i < MANY; i += 3) {
        add(table, "artist-", i, MANY + i);
    }
    unsigned char *count = calloc(MANY, 1);
    assert_int_equal(id_table_duplicates(table, count_each, count), 0);
    for (uint32_t i = 0; i < MANY; i++) {
        assert_int_equal(count[i], i % 3 == 0);
    }
    free(count);
    id_table_free(table);
}

static int stop(void *context, uint32_t first, uint32_t again) {
    (void)first;
    (void)again;
    return *(const int *)context;
}

static void stops_when_told(void **state) {
    (void)state;
    struct id_table *table = id_table_new();
    int status = ECANCELED;
    add(table, "a", 1, 1);
    add(table, "a", 1, 2);
    assert_int_equal(id_table_duplicates(table, stop, &status), ECANCELED);
    assert_int_equal(id_table_join(table, table, stop, &status), ECANCELED);
    id_table_free(table);
}

struct joined {
    uint32_t *value; // by line
    uint32_t unknown;
};

static int take(void *context, uint32_t found, uint32_t value) {
    struct joined *joined = context;
    joined->unknown += found == ID_TABLE_NONE;
    joined->value[value] = found;
    return 0;
}

static void joins(uint32_t count) {
    struct id_table *input = id_table_new();
    struct id_table *lines = id_table_new();
    for (uint32_t i = 0; i < count; i++) {
        add(input, "x", i, i);
    }
    uint32_t wanted = 0;
    for (uint32_t i = count; i-- > 0;) {
        if (i % 2 == 0) {
            add(lines, "x", i, wanted++);
        }
    }
    add(lines, "y", 5, wanted++);
    struct joined joined = {.value = calloc(wanted, sizeof(uint32_t))};
    assert_int_equal(id_table_join(input, lines, take, &joined), 0);
    assert_int_equal(joined.unknown, 1);
    assert_int_equal(joined.value[wanted - 1], ID_TABLE_NONE);
    uint32_t line = 0;
    for (uint32_t i = count; i-- > 0;) {
        if (i % 2 == 0) {
            assert_int_equal(joined.value[line], i);
            line++;
        }
    }
    free(joined.value);
    id_table_free(input);
    id_table_free(lines);
}

static void joins_small_and_large(void **state) {
    (void)state;
    joins(2);
    joins(1000);
    joins(MANY);
}

static void tells_a_missing_folder(void **state) {
    (void)state;
    const char *was = getenv("TMPDIR");
    char *old = was == NULL ? NULL : strdup(was);
    setenv("TMPDIR", "/nonexistent/folder", 1);
    struct id_table *table = id_table_new();
    int error = 0;
    uint32_t added = 0;
    for (; added < MANY && error == 0; added++) {
        char id[32];
        int length = snprintf(id, sizeof(id), "%u", added);
        error = id_table_add(table, id, (size_t)length, added);
    }
    assert_int_equal(error, ENOENT);
    assert_true(added > 50000); // small sets need no file
    id_table_free(table);
    if (old != NULL) {
        setenv("TMPDIR", old, 1);
    } else {
        unsetenv("TMPDIR");
    }
    free(old);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_duplicates),
        cmocka_unit_test(tells_ids_apart),
        cmocka_unit_test(finds_duplicates_in_the_file),
        cmocka_unit_test(stops_when_told),
        cmocka_unit_test(joins_small_and_large),
        cmocka_unit_test(tells_a_missing_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
