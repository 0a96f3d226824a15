#include "ration/batch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct batch_record record_of(uint32_t number, enum batch_state state) {
    struct batch_record record = {.number = number,
                                  .state = state,
                                  .at = 1795885485,
                                  .made = 1795885480,
                                  .until = 1795971880,
                                  .rows = 5,
                                  .bytes = 200000000000ULL,
                                  .tokens = 99};
    (void)snprintf(record.run, sizeof(record.run), "20261128T170356-0b9eeb");
    (void)snprintf(record.hash, sizeof(record.hash), "00112233445566778899aabbccddeeff");
    (void)snprintf(record.session, sizeof(record.session), "default");
    return record;
}

static struct batch_rows rows_of(const char *text) {
    struct batch_rows rows;
    assert_true(batch_rows_parse(text, strlen(text), &rows));
    return rows;
}

static void rows_are_ranges(void **state) {
    (void)state;
    struct batch_rows rows = {0};
    struct text text = {0};
    static const uint32_t added[] = {7, 8, 9, 3, 100, 101, 0};
    for (size_t i = 0; i < sizeof(added) / sizeof(added[0]); i++) {
        assert_true(batch_rows_add(&rows, added[i]));
    }
    assert_int_equal(rows.rows, 7);
    batch_rows_text(&rows, &text);
    assert_int_equal(text.length, strlen("7-9,3,100-101,0"));
    assert_memory_equal(text.bytes, "7-9,3,100-101,0", text.length);
    batch_rows_sort(&rows);
    for (uint32_t artist = 0; artist < 110; artist++) {
        bool is = false;
        for (size_t i = 0; i < sizeof(added) / sizeof(added[0]); i++) {
            is = is || added[i] == artist;
        }
        assert_int_equal(batch_rows_has(&rows, artist), is);
    }
    batch_rows_free(&rows);
    text_free(&text);
}

static void what_is_no_list_of_rows_is_none(void **state) {
    (void)state;
    static const char *const bad[] = {"x",
                                      "-",
                                      "1-",
                                      "5-3",
                                      "1,,2",
                                      "1 2",
                                      "1-2x",
                                      "1,1",
                                      "1-5,3",
                                      "4294967295",
                                      "99999999999999999999999"};
    struct batch_rows rows;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(batch_rows_parse(bad[i], strlen(bad[i]), &rows));
        assert_null(rows.range);
    }
    rows = rows_of("0-3,9");
    assert_true(rows.ascending);
    batch_rows_free(&rows);
    rows = rows_of("9,0-3");
    assert_false(rows.ascending);
    batch_rows_free(&rows);
    rows = rows_of("");
    assert_int_equal(rows.rows, 0);
    batch_rows_free(&rows);
}

static void the_last_line_of_a_part_counts(void **state) {
    (void)state;
    struct batch_parts parts;
    struct text text = {0};
    struct batch_rows rows = rows_of("0-3,9");
    struct batch_record first = record_of(1, BATCH_WRITING), second = record_of(2, BATCH_WRITING);
    batch_journal_encode(&first, &rows, &text);
    batch_journal_encode(&second, &rows, &text);
    first.state = BATCH_CREATED;
    (void)snprintf(first.batch, sizeof(first.batch), "batch_abc");
    (void)snprintf(first.status, sizeof(first.status), "in_progress");
    first.done = 3;
    first.failed = 1;
    first.proven = 1;
    first.ids = UINT64_MAX;
    first.requests = 7;
    first.counted = 2;
    first.uncounted = 4;
    (void)snprintf(first.api, sizeof(first.api), "0123456789abcdef");
    (void)snprintf(first.why, sizeof(first.why), "\"a\\b\"\n\xc3\xa9");
    batch_journal_encode(&first, NULL, &text);
    assert_int_equal(batch_journal_read(text.bytes, text.length, &parts), BATCH_JOURNAL_READ);
    assert_int_equal(parts.count, 2);
    assert_int_equal(parts.torn, 0);
    const struct batch_record *got = &parts.part[0].record;
    assert_int_equal(got->state, BATCH_CREATED);
    assert_string_equal(got->batch, "batch_abc");
    assert_string_equal(got->why, "?a?b????");
    assert_string_equal(got->status, "in_progress");
    assert_int_equal(got->done, 3);
    assert_int_equal(got->failed, 1);
    assert_int_equal(got->proven, 1);
    assert_int_equal(parts.part[1].record.proven, 0);
    assert_true(got->ids == UINT64_MAX);
    assert_int_equal(got->requests, 7);
    assert_int_equal(got->counted, 2);
    assert_int_equal(got->uncounted, 4);
    assert_string_equal(got->api, "0123456789abcdef");
    assert_int_equal(parts.part[1].record.ids, 0);
    assert_string_equal(parts.part[1].record.api, "");
    assert_string_equal(got->run, first.run);
    assert_string_equal(got->hash, first.hash);
    assert_int_equal(got->bytes, first.bytes);
    assert_int_equal(got->until, first.until);
    assert_int_equal(got->made, first.made);
    assert_int_equal(parts.part[0].rows.rows, 5);
    assert_int_equal(parts.part[1].record.state, BATCH_WRITING);
    batch_journal_free(&parts);
    batch_rows_free(&rows);
    text_free(&text);
}

// Whatever is cut off, at each byte: what was whole before stands, and what follows is read.
static void a_torn_line_harms_nothing(void **state) {
    (void)state;
    struct text one = {0}, two = {0};
    struct batch_rows rows = rows_of("1-4");
    struct batch_record record = record_of(1, BATCH_CREATING);
    batch_journal_encode(&record, &rows, &one);
    record.state = BATCH_CREATED;
    batch_journal_encode(&record, NULL, &two);
    for (size_t cut = 0; cut <= two.length; cut++) {
        for (int again = 0; again < 2; again++) {
            struct text all = {0};
            struct batch_parts parts;
            text_add(&all, one.bytes, one.length);
            text_add(&all, two.bytes, cut);
            if (again == 1) {
                text_add(&all, two.bytes, two.length);
            }
            assert_int_equal(batch_journal_read(all.bytes, all.length, &parts), BATCH_JOURNAL_READ);
            assert_int_equal(parts.count, 1);
            bool whole = again == 1 || cut + 1 >= two.length;
            assert_int_equal(parts.part[0].record.state, whole ? BATCH_CREATED : BATCH_CREATING);
            assert_int_equal(parts.part[0].rows.rows, 4);
            batch_journal_free(&parts);
            text_free(&all);
        }
    }
    text_free(&one);
    text_free(&two);
    batch_rows_free(&rows);
}

// Each byte that is another: the line is none, and never something else.
static void a_byte_that_changed_is_seen(void **state) {
    (void)state;
    struct text line = {0};
    struct batch_record record = record_of(1, BATCH_CREATED);
    batch_journal_encode(&record, NULL, &line);
    for (size_t i = 1; i + 1 < line.length; i++) {
        struct batch_parts parts;
        line.bytes[i] ^= 1;
        (void)batch_journal_read(line.bytes, line.length, &parts);
        assert_int_equal(parts.count, 0);
        assert_true(parts.torn > 0);
        batch_journal_free(&parts);
        line.bytes[i] ^= 1;
    }
    text_free(&line);
}

static void an_other_run_has_parts_of_its_own(void **state) {
    (void)state;
    struct text text = {0};
    struct batch_parts parts;
    struct batch_record record = record_of(1, BATCH_RECORDED);
    batch_journal_encode(&record, NULL, &text);
    (void)snprintf(record.run, sizeof(record.run), "20261129T000000-ffffff");
    record.state = BATCH_ENDED;
    batch_journal_encode(&record, NULL, &text);
    assert_int_equal(batch_journal_read(text.bytes, text.length, &parts), BATCH_JOURNAL_READ);
    assert_int_equal(parts.count, 2);
    assert_false(batch_journal_open(parts.part[0].record.state));
    assert_true(batch_journal_open(parts.part[1].record.state));
    batch_journal_free(&parts);
    text_free(&text);
}

// Two rows that change places, with ids of whatever likeness, give another sum.
static void marks_tell_rows_apart(void **state) {
    (void)state;
    char a[16], b[16];
    for (uint32_t i = 0; i < 300; i++) {
        for (uint32_t j = i + 1; j < 300; j++) {
            int m = snprintf(a, sizeof(a), "a%u", i), n = snprintf(b, sizeof(b), "a%u", j);
            uint64_t straight = batch_journal_mark(i, a, (size_t)m) + batch_journal_mark(j, b, (size_t)n);
            uint64_t crossed = batch_journal_mark(i, b, (size_t)n) + batch_journal_mark(j, a, (size_t)m);
            assert_true(straight != crossed);
        }
    }
    assert_true(batch_journal_mark(1, "a", 1) == batch_journal_mark(1, "a", 1));
}

static void only_what_may_be_with_the_api_is_open(void **state) {
    (void)state;
    for (int i = 0; i < BATCH_STATES; i++) {
        bool open = i == BATCH_CREATING || i == BATCH_CREATED || i == BATCH_ENDED;
        assert_int_equal(batch_journal_open((enum batch_state)i), open);
        assert_non_null(batch_journal_state((enum batch_state)i));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_ranges),
        cmocka_unit_test(what_is_no_list_of_rows_is_none),
        cmocka_unit_test(the_last_line_of_a_part_counts),
        cmocka_unit_test(a_torn_line_harms_nothing),
        cmocka_unit_test(a_byte_that_changed_is_seen),
        cmocka_unit_test(an_other_run_has_parts_of_its_own),
        cmocka_unit_test(marks_tell_rows_apart),
        cmocka_unit_test(only_what_may_be_with_the_api_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
