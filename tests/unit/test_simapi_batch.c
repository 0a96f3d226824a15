#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sim_batch_clock.h"
#include "sim_batch_fault.h"
#include "sim_batch_path.h"
#include "sim_batch_rows.h"
#include "sim_batch_split.h"
#include "sim_chance.h"

struct taken {
    struct text text;
    size_t count;
};

static bool take(void *cls, char *element, size_t len) {
    struct taken *t = cls;

    sim_text_add(&t->text, element, len);
    sim_text_puts(&t->text, "\n");
    return ++t->count < 100;
}

/* The elements of body, fed piece bytes at a time; NULL: refused. */
static const char *split(struct taken *t, const char *body, size_t len, size_t piece) {
    struct batch_split s = {.take = take, .cls = t};
    bool whole;

    *t = (struct taken){0};
    for (size_t at = 0; at < len; at += piece)
        sim_batch_split_feed(&s, body + at, len - at < piece ? len - at : piece);
    whole = sim_batch_split_whole(&s);
    sim_batch_split_free(&s);
    sim_text_add(&t->text, "", 1);
    return whole ? t->text.data : NULL;
}

static void takes_requests_out_of_a_body(void **state) {
    static const struct {
        const char *body, *elements; /* NULL: refused */
    } rows[] = {
        {"{\"requests\":[{\"a\":1},{\"b\":[{}]}]}", "{\"a\":1}\n{\"b\":[{}]}\n"},
        {" {\n\"requests\" : [ {\"a\":\n\"}]\\\"{\"} ] , \"x\":[{}]}\n", "{\"a\": \"}]\\\"{\"}\n"},
        {"{\"other\":{\"requests\":[{\"no\":1}]},\"requests\":[]}", ""},
        {"{\"requests\":[{\"a\":1}", NULL},
        {"{\"requests\":[1]}", NULL},
        {"{\"requests\":[\"{}\"]}", NULL},
        {"{\"requests\":[[]]}", NULL},
        {"{\"request\":[{}]}", NULL},
        {"[{}]", NULL},
        {"{\"requests\":[]}{", NULL},
        {"{\"requests\":[]}]", NULL},
        {"x{\"requests\":[]}", NULL},
        {"", NULL},
    };
    static const size_t pieces[] = {1, 2, 7, 1000};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t p = 0; p < sizeof(pieces) / sizeof(pieces[0]); p++) {
            struct taken t;
            const char *got = split(&t, rows[i].body, strlen(rows[i].body), pieces[p]);

            if (rows[i].elements)
                assert_string_equal(got, rows[i].elements);
            else
                assert_null(got);
            sim_text_free(&t.text);
        }
    }
}

static void knows_calls_by_their_paths(void **state) {
    static const struct {
        const char *method, *path;
        int shape, call; /* call below 0: none */
        const char *id;
    } rows[] = {
        {"POST", "/v1/files", BATCH_OPENAI, BATCH_CALL_UPLOAD, ""},
        {"GET", "/v1/files/f-1", BATCH_OPENAI, BATCH_CALL_FILE, "f-1"},
        {"GET", "/v1/files/f-1/content", BATCH_OPENAI, BATCH_CALL_CONTENT, "f-1"},
        {"DELETE", "/v1/files/f-1", BATCH_OPENAI, BATCH_CALL_DELETE_FILE, "f-1"},
        {"POST", "/v1/batches/b/cancel", BATCH_OPENAI, BATCH_CALL_CANCEL, "b"},
        {"POST", "/v1/messages/batches", BATCH_MESSAGES, BATCH_CALL_CREATE, ""},
        {"GET", "/v1/messages/batches/m/results", BATCH_MESSAGES, BATCH_CALL_RESULTS, "m"},
        {"GET", "/v1/batch/jobs/j", BATCH_MISTRAL, BATCH_CALL_POLL, "j"},
        {"POST", "/simapi/clock", BATCH_OPENAI, BATCH_CALL_CLOCK, ""},
        {"GET", "/v1/files/", 0, -1, ""},
        {"GET", "/v1/files//content", 0, -1, ""},
        {"GET", "/v1/batches/b/results", 0, -1, ""},
        {"POST", "/v1/responses", 0, -1, ""},
        {"POST", "/v1/messages", 0, -1, ""},
        {"PUT", "/v1/files", 0, -1, ""},
        {"GET", "/v1/files/0123456789012345678901234567890123456789012345678901234567890123", 0, -1, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct batch_path p;

        assert_int_equal(sim_batch_path_read(&p, rows[i].method, rows[i].path), rows[i].call >= 0);
        if (rows[i].call < 0)
            continue;
        assert_int_equal(p.call, rows[i].call);
        assert_int_equal(p.shape, rows[i].shape);
        assert_string_equal(p.id, rows[i].id);
    }
}

static void has_a_clock_that_can_be_hurried(void **state) {
    struct batch_clock c = {1000, 5000000, 60, 0};

    (void)state;
    assert_int_equal(sim_batch_clock_shows(&c, 1000), 5000000);
    assert_int_equal(sim_batch_clock_shows(&c, 1010), 5000600);
    assert_int_equal(sim_batch_clock_when(&c, 5000600), 1010);
    assert_int_equal(sim_batch_clock_when(&c, 5000601), 1011);
    assert_int_equal(sim_batch_clock_when(&c, 1), 1000);
    c.ahead_ns = 600;
    assert_int_equal(sim_batch_clock_when(&c, 5000600), 1000);
    assert_true(sim_batch_clock_when(&c, UINT64_MAX) == UINT64_MAX);
}

static void keeps_rows_and_their_ids(void **state) {
    struct batch_rows r = {0};
    uint64_t sum = 0;
    bool moved = false;

    (void)state;
    for (uint64_t i = 0; i < 5000; i++) {
        sim_batch_rows_add(&r, i);
        assert_true(sim_batch_rows_is_new(&r, i * UINT64_C(0x9E3779B97F4A7C15)));
    }
    for (uint64_t i = 0; i < 5000; i++)
        assert_false(sim_batch_rows_is_new(&r, i * UINT64_C(0x9E3779B97F4A7C15)));
    sim_batch_rows_shuffle(&r, 7);
    for (size_t i = 0; i < r.count; i++) {
        sum += r.at[i];
        moved |= r.at[i] != i;
    }
    assert_true(moved);
    assert_int_equal(sum, 5000 * 4999 / 2);
    sim_batch_rows_free(&r);
}

static void lets_faults_happen_as_often_as_they_may(void **state) {
    struct batch_faults b = {0};
    unsigned happened = 0;

    (void)state;
    for (uint64_t i = 0; i < 1000; i++)
        happened +=
            sim_batch_fault_happens(&b, BATCH_FAULT_LOST, sim_chance_key(1, "x", 1, i), 0.25, UINT64_MAX);
    assert_in_range(happened, 200, 300);
    assert_int_equal(b.happened[BATCH_FAULT_LOST], happened);
    assert_false(sim_batch_fault_happens(&b, BATCH_FAULT_CUT, 1, 0, UINT64_MAX));
    assert_true(sim_batch_fault_happens(&b, BATCH_FAULT_CUT, 1, 1, 1));
    assert_false(sim_batch_fault_happens(&b, BATCH_FAULT_CUT, 2, 1, 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_requests_out_of_a_body),
        cmocka_unit_test(knows_calls_by_their_paths),
        cmocka_unit_test(has_a_clock_that_can_be_hurried),
        cmocka_unit_test(keeps_rows_and_their_ids),
        cmocka_unit_test(lets_faults_happen_as_often_as_they_may),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
