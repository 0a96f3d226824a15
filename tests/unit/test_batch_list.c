#include "output/batch_list.h"
#include "view/view_batches.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define NOW 1795885485ULL

static struct batch_list list;

static void add(uint32_t number, enum batch_state state, const char *status, const char *why) {
    struct batch_record record = {.run = "R", .number = number, .state = state, .rows = 10, .session = "s"};
    record.made = state == BATCH_WRITING || state == BATCH_UPLOADED ? 0 : NOW - 60;
    record.until = record.made > 0 ? NOW + number : 0;
    (void)snprintf(record.status, sizeof(record.status), "%s", status);
    (void)snprintf(record.why, sizeof(record.why), "%s", why);
    batch_list_add(&list, &record);
}

static void a_part_is_told_in_one_word(void **state) {
    (void)state;
    static const struct {
        enum batch_state state;
        const char *status, *why, *word;
    } cases[] = {
        {BATCH_WRITING, "", "", "writing"},
        {BATCH_UPLOADED, "", "", "uploaded"},
        {BATCH_CREATING, "", "", "creating"},
        {BATCH_CREATED, "", "", "created"},
        {BATCH_CREATED, "validating", "", "validating"},
        {BATCH_CREATED, "in_progress", "", "in_progress"},
        {BATCH_ENDED, "completed", "", "ended"},
        {BATCH_RECORDED, "completed", "", "recorded"},
        {BATCH_RECORDED, "", "", "recorded"},
        {BATCH_RECORDED, "expired", "", "expired"},
        {BATCH_RECORDED, "cancelled", "", "cancelled"},
        {BATCH_RECORDED, "failed", "invalid_request", "failed"},
        {BATCH_RECORDED, "in_progress", "the API does not know it any more", "lost"},
        {BATCH_GIVEN_UP, "", "its worker ended before it was made", "unmade"},
        {BATCH_RECORDED, "completed", "it is not in the API's list", "recorded"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct batch_record record = {.state = cases[i].state};
        (void)snprintf(record.status, sizeof(record.status), "%s", cases[i].status);
        (void)snprintf(record.why, sizeof(record.why), "%s", cases[i].why);
        assert_string_equal(batch_list_word(&record), cases[i].word);
    }
}

static void parts_are_counted_by_their_last_lines(void **state) {
    (void)state;
    char words[BATCH_LIST_WORDS];
    list = (struct batch_list){0};
    assert_string_equal(batch_list_words(&list, words), "");
    add(1, BATCH_WRITING, "", "");
    add(2, BATCH_UPLOADED, "", "");
    assert_int_equal(list.local, 2);
    assert_int_equal(list.parts, 0);
    add(1, BATCH_CREATED, "validating", "");
    add(2, BATCH_CREATING, "", "");
    add(3, BATCH_ENDED, "expired", "");
    assert_int_equal(list.local, 0);
    assert_int_equal(list.parts, 3);
    assert_int_equal(list.rows, 30);
    assert_int_equal(list.until, NOW + 3);
    assert_string_equal(batch_list_words(&list, words),
                        "3 parts with 30 rows are with the API until 2026-11-28T17:04:48.000Z");
    add(3, BATCH_RECORDED, "expired", "");
    add(1, BATCH_RECORDED, "completed", "");
    add(1, BATCH_RECORDED, "completed", ""); // once more, by a later run
    assert_int_equal(list.end[BATCH_LIST_EXPIRED], 1);
    assert_int_equal(list.end[BATCH_LIST_COMPLETED], 1);
    assert_string_equal(batch_list_words(&list, words),
                        "1 part with 10 rows is with the API until 2026-11-28T17:04:47.000Z");
}

static void of_a_run_that_is_over_nothing_unmade_is_told(void **state) {
    (void)state;
    list = (struct batch_list){0};
    add(1, BATCH_CREATED, "in_progress", "");
    add(2, BATCH_UPLOADED, "", "");
    add(3, BATCH_WRITING, "", "");
    batch_list_at_rest(&list);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.part[0].number, 1);
    assert_int_equal(list.local, 0);
}

// As many as there are: what is under way stays, and all that are over are counted.
static void many_parts_need_no_more_room(void **state) {
    (void)state;
    list = (struct batch_list){0};
    add(7, BATCH_CREATED, "in_progress", "");
    for (uint32_t number = 100; number < 100 + 3 * BATCH_LIST_MOST; number++) {
        add(number, BATCH_CREATED, "in_progress", "");
        add(number, BATCH_RECORDED, "completed", "");
    }
    assert_int_equal(list.count, BATCH_LIST_MOST);
    assert_int_equal(list.part[0].number, 7);
    assert_int_equal(list.parts, 1);
    assert_int_equal(list.end[BATCH_LIST_COMPLETED], 3 * BATCH_LIST_MOST);
}

static void a_part_of_another_run_has_its_name(void **state) {
    (void)state;
    char name[48];
    struct batch_record part = {.run = "20261128T170356-0b9eeb", .number = 12};
    assert_string_equal(batch_list_name(&part, "20261128T170356-0b9eeb", name), "12");
    assert_string_equal(batch_list_name(&part, "20261128T170356-000000", name), "20261128T170356-0b9eeb/12");
    assert_string_equal(batch_list_name(&part, NULL, name), "20261128T170356-0b9eeb/12");
}

// What fits of the table, from the left, at the widths of terminals.
static void a_table_fits_the_terminal(void **state) {
    (void)state;
    struct view *view = calloc(1, sizeof(*view));
    assert_non_null(view);
    list = (struct batch_list){0};
    add(1, BATCH_CREATED, "in_progress", "");
    add(2, BATCH_RECORDED, "completed", "");
    add(3, BATCH_RECORDED, "failed", "token_limit");
    static const unsigned widths[] = {30, 60, 80, 120};
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        view_begin(view, widths[i], 50, false);
        view_batches(view, &list, "R", NOW * 1000000000ULL);
        assert_int_equal(view->lines, 4);
        for (const char *line = view->text; *line != '\0'; line += strcspn(line, "\n") + 1) {
            assert_true(strcspn(line, "\n") <= widths[i]);
        }
        assert_non_null(strstr(view->text, "in_progress"));
        assert_non_null(strstr(view->text, "failed"));
        assert_int_equal(strstr(view->text, "2026-11-28 17:04") != NULL, widths[i] >= 80);
    }
    assert_non_null(strstr(view->text, "parts that are over: 1 completed, 1 failed"));
    assert_non_null(strstr(view->text, "1:00"));
    list = (struct batch_list){0};
    view_begin(view, 80, 50, false);
    view_batches(view, &list, "R", NOW * 1000000000ULL);
    assert_string_equal(view->text, "");
    free(view);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_is_told_in_one_word),
        cmocka_unit_test(parts_are_counted_by_their_last_lines),
        cmocka_unit_test(of_a_run_that_is_over_nothing_unmade_is_told),
        cmocka_unit_test(many_parts_need_no_more_room),
        cmocka_unit_test(a_part_of_another_run_has_its_name),
        cmocka_unit_test(a_table_fits_the_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
