#include "view/view.h"

#include "unit_status.h"
#include "view/progress.h"
#include "view/view_head.h"
#include "view/view_tables.h"
#include "view/view_workers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static struct view view;

// Columns of each line, without colours; nothing but printable ASCII and colours in it.
static void check_lines(const struct view *v, unsigned width, unsigned most) {
    unsigned lines = 0;
    unsigned column = 0;
    bool coloured = false;
    for (const char *at = v->text; *at != '\0'; at++) {
        if (*at == '\n') {
            assert_false(coloured); // no colour leaks into the next line
            assert_true(column <= width);
            lines++;
            column = 0;
        } else if (*at == '\033') {
            size_t length = strcspn(at, "m");
            assert_true(v->colours && length <= 4 && at[length] == 'm');
            coloured = strncmp(at, "\033[0m", 4) != 0;
            at += length;
        } else {
            assert_true(*at >= ' ' && *at < 0x7f);
            column++;
        }
    }
    assert_int_equal(column, 0);
    assert_int_equal(lines, v->lines);
    assert_true(lines <= most);
}

static void cuts_what_is_too_wide(void **state) {
    (void)state;
    view_begin(&view, 10, 2, true);
    view_put(&view, VIEW_RED, "%s", "12345");
    view_put(&view, VIEW_GREEN, "%s", "67890abc");
    view_put(&view, VIEW_RED, "%s", "more");
    view_end(&view);
    assert_string_equal(view.text, "\033[31m12345\033[0m\033[32m67890\033[0m\n");
    view_put(&view, VIEW_PLAIN, "a");
    view_to(&view, 5);
    view_put(&view, VIEW_PLAIN, "b");
    view_end(&view);
    assert_non_null(strstr(view.text, "\na    b\n"));
    assert_int_equal(view_room(&view), 0);
    view_put(&view, VIEW_PLAIN, "no room");
    view_end(&view);
    check_lines(&view, 10, 2);
}

static void leaves_out_what_does_not_fit_as_a_whole(void **state) {
    (void)state;
    view_begin(&view, 20, 5, false);
    view_put(&view, VIEW_PLAIN, "latency 0.20 s");
    view_piece(&view, VIEW_PLAIN, " (99 %% below 2 s)");
    view_piece(&view, VIEW_PLAIN, ", 3"); // would fit, but its place is behind that
    view_end(&view);
    view_piece(&view, VIEW_PLAIN, "%s", "12345678901234567890");
    view_piece(&view, VIEW_PLAIN, "%s", "");
    view_end(&view);
    view_put(&view, VIEW_PLAIN, "next");
    view_piece(&view, VIEW_PLAIN, ", 3");
    view_end(&view);
    assert_string_equal(view.text, "latency 0.20 s\n12345678901234567890\nnext, 3\n");
}

// At no width a bracket stays open or a word is cut in the lines of figures.
static void cuts_no_words(void **state) {
    (void)state;
    uint64_t now = UNIT_STATUS_NOW;
    struct arena *arena = unit_status_arena(now);
    static struct snapshot_gossip gossip;
    unit_status_gossip(&gossip, now);
    snapshot_publish(arena, &gossip);
    struct run_status *status = unit_status(arena);
    for (unsigned width = 50; width <= 200; width++) {
        for (unsigned height = 2; height <= 24; height += 11) {
            struct terminal terminal = {.width = width, .height = height};
            progress_compose(&view, status, &terminal, false);
            unsigned open = 0, closed = 0;
            for (const char *text = view.text; *text != '\0' && strncmp(text, "SESSION", 7) != 0; text++) {
                open += *text == '(';
                closed += *text == ')';
            }
            assert_int_equal(open, closed);
            assert_true(height < 16 || strstr(view.text, "1:00 left\n") != NULL ||
                        strstr(view.text, "1:00 left; limited by tokens a minute\n") != NULL);
        }
    }
    free(status);
    arena_close(arena);
}

static void defuses_what_it_is_given(void **state) {
    (void)state;
    view_begin(&view, 40, 5, false);
    view_put(&view, VIEW_RED, "%s", "a\033[2Jb\nc\td\177 \xc3\xa9\xe2\x82\xac \xff");
    view_end(&view);
    assert_string_equal(view.text, "a [2Jb c d  ?? ?\n");
}

static void says_times_and_counts(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *time, *count;
    } rows[] = {
        {0, "0:00", "0"},
        {59.4, "0:59", "59"},
        {61, "1:01", "61"},
        {3599.6, "1:00:00", "3600"},
        {86400, "24:00:00", "86.4k"},
        {1234567, "342:56:07", "1.23M"},
        {200000, "55:33:20", "200k"},
    };
    char out[32];
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        view_time(rows[i].value, out, sizeof(out));
        assert_string_equal(out, rows[i].time);
        view_count(rows[i].value, out, sizeof(out));
        assert_string_equal(out, rows[i].count);
    }
    view_time(-1, out, sizeof(out));
    assert_string_equal(out, "-");
    view_time((double)NAN, out, sizeof(out));
    assert_string_equal(out, "-");
    view_time(1e300, out, sizeof(out));
    assert_string_equal(out, "-");
}

// Whatever the terminal's size, nothing is wider or higher than it, and the figures come first.
static void fits_every_terminal(void **state) {
    (void)state;
    uint64_t now = UNIT_STATUS_NOW;
    struct arena *arena = unit_status_arena(now);
    static struct snapshot_gossip gossip;
    unit_status_gossip(&gossip, now);
    snapshot_publish(arena, &gossip);
    struct run_status *status = unit_status(arena);
    for (unsigned width = 1; width <= 260; width += 7) {
        for (unsigned height = 1; height <= 60; height += 3) {
            struct terminal terminal = {.width = width, .height = height, .colours = width % 2 == 0};
            progress_compose(&view, status, &terminal, false);
            check_lines(&view, width > 1 ? width - 1 : 1, height);
            assert_true(view.lines >= 1);
            if (width >= 50) {
                assert_non_null(strstr(view.text, "20/100 done, 2 failed"));
                assert_int_equal(strstr(view.text, "WORKER") != NULL, height >= 18);
            }
        }
    }
    struct terminal terminal = {.width = 200, .height = 40};
    progress_compose(&view, status, &terminal, false);
    static const char *const facts[] = {"22.0 %",  "21.4/s",      "83 % of requests a minute (primary)",
                                        "limited", "5000 output", "$3.84 of $20.00, $4.84 expected",
                                        "primary", "W01",         "80 % is used",
                                        "in doubt"};
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        if (strstr(view.text, facts[i]) == NULL) {
            print_error("\"%s\" is not in:\n%s", facts[i], view.text);
        }
        assert_non_null(strstr(view.text, facts[i]));
    }
    free(status);
    arena_close(arena);
}

static void says_all_in_one_line(void **state) {
    (void)state;
    uint64_t now = UNIT_STATUS_NOW;
    struct arena *arena = unit_status_arena(now);
    static struct snapshot_gossip gossip;
    unit_status_gossip(&gossip, now);
    snapshot_publish(arena, &gossip);
    struct run_status *status = unit_status(arena);
    char line[512];
    view_head_line(status, line, sizeof(line));
    assert_non_null(strstr(line, "20/100 done, 2 failed, 21.4/s, 1:00 left, limited by tokens a minute"));
    assert_non_null(strstr(line, " | 83 % of requests a minute (primary) | "));
    assert_non_null(strstr(line, "$3.84 of $20.00"));
    assert_non_null(strstr(line, "3 workers, 12 in flight"));
    status->now.cost.run.doubt = 1000000000;
    view_head_line(status, line, sizeof(line));
    assert_non_null(strstr(line, "$3.84 ($4.84 with what is in doubt) of $20.00"));
    status->now.cost.before.spent = 2000000000;
    view_head_line(status, line, sizeof(line));
    assert_non_null(strstr(line, "$3.84 ($6.84 by all runs) of $20.00"));
    status->sums.in_flight = 0; // no end is told while all that are left stand aside
    status->sums.suspects = 78;
    view_head_line(status, line, sizeof(line));
    assert_non_null(strstr(line, "/s, the last 78 were refused, and are asked again | "));
    ledger_pause(arena, CLOCK_NEVER);
    unit_status_take(status, arena);
    view_head_line(status, line, sizeof(line));
    assert_non_null(strstr(line, "/s, waits for ration resume (paused), since "));
    assert_null(strstr(line, "left"));
    assert_null(strstr(line, "limited by"));
    free(status);
    arena_close(arena);
}

static void tells_how_many_more(void **state) {
    (void)state;
    struct arena *arena = unit_status_arena(UNIT_STATUS_NOW);
    struct run_status *status = unit_status(arena);
    view_begin(&view, 120, 3, false);
    view_workers(&view, status, NULL);
    assert_int_equal(view.lines, 3);
    assert_non_null(strstr(view.text, "W01"));
    assert_null(strstr(view.text, "W02"));
    assert_non_null(strstr(view.text, "and 2 more workers\n"));
    view_begin(&view, 120, 2, false);
    view_tables_sessions(&view, status);
    assert_non_null(strstr(view.text, "and 2 more sessions\n"));
    view_begin(&view, 120, 1, false);
    view_tables_sessions(&view, status);
    assert_int_equal(view.lines, 0);
    free(status);
    arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_what_is_too_wide), cmocka_unit_test(leaves_out_what_does_not_fit_as_a_whole),
        cmocka_unit_test(cuts_no_words),         cmocka_unit_test(defuses_what_it_is_given),
        cmocka_unit_test(says_times_and_counts), cmocka_unit_test(fits_every_terminal),
        cmocka_unit_test(says_all_in_one_line),  cmocka_unit_test(tells_how_many_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
