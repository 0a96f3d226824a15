#include "exchange/batch_line.h"
#include "exchange/batch_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const char run[] = "20261128T170356-0b9eeb";

static void an_id_is_safe_and_read_again(void **state) {
    (void)state;
    static const char *const ids[] = {"a1", "", "with spaces / \" and \\", "\xc3\xa9\xf0\x9f\x8e\xb8"};
    static const uint32_t artists[] = {0, 1, 42887, 4294967279U};
    for (size_t i = 0; i < 4; i++) {
        for (size_t k = 0; k < 4; k++) {
            char id[BATCH_LINE_ID];
            uint32_t artist = 7;
            batch_line_id(run, artists[k], ids[i], strlen(ids[i]), id);
            assert_true(strlen(id) <= 64);
            assert_int_equal(strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"),
                             strlen(id));
            assert_true(batch_line_index(id, strlen(id), run, &artist));
            assert_int_equal(artist, artists[k]);
            assert_false(batch_line_index(id, strlen(id), "20261128T170356-0b9eec", &artist));
        }
    }
}

static void an_id_of_somebody_else_is_none(void **state) {
    (void)state;
    static const char *const ids[] = {"",
                                      "x",
                                      "20261128T170356-0b9eeb",
                                      "20261128T170356-0b9eeb_",
                                      "20261128T170356-0b9eeb_x_1",
                                      "20261128T170356-0b9eeb_5",
                                      "20261128T170356-0b9eeb_99999999999_1"};
    uint32_t artist;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        assert_false(batch_line_index(ids[i], strlen(ids[i]), run, &artist));
    }
}

static void a_line_is_one_line(void **state) {
    (void)state;
    struct text out = {0};
    static const char body[] = "{\n \"model\":\"m\",\r\n \"input\":\"a\\nb\"}";
    batch_line_row(&out, "id_1", "/v1/responses", body, sizeof(body) - 1);
    text_add(&out, "", 1);
    assert_string_equal(out.bytes, "{\"custom_id\":\"id_1\",\"method\":\"POST\",\"url\":\"/v1/responses\","
                                   "\"body\":{  \"model\":\"m\",   \"input\":\"a\\nb\"}}\n");
    text_free(&out);
}

static void a_creation_names_its_part(void **state) {
    (void)state;
    struct batch_record part = {.number = 12};
    struct text out = {0};
    (void)snprintf(part.run, sizeof(part.run), "%s", run);
    (void)snprintf(part.file, sizeof(part.file), "file-1");
    (void)snprintf(part.hash, sizeof(part.hash), "abc");
    batch_line_create(&out, &part, "/v1/responses", "24h", true);
    text_add(&out, "", 1);
    assert_string_equal(out.bytes,
                        "{\"input_file_id\":\"file-1\",\"endpoint\":\"/v1/responses\","
                        "\"completion_window\":\"24h\",\"metadata\":{\"ration_run\":"
                        "\"20261128T170356-0b9eeb\",\"ration_part\":\"12\",\"ration_hash\":\"abc\"}}");
    text_clear(&out);
    batch_line_create(&out, &part, "/v1/responses", "24h", false);
    text_add(&out, "", 1);
    assert_string_equal(out.bytes, "{\"input_file_id\":\"file-1\",\"endpoint\":\"/v1/responses\","
                                   "\"completion_window\":\"24h\"}");
    text_free(&out);
}

static const struct {
    const char *json;
    bool batch;
    enum batch_phase phase;
    const char *output, *error;
    uint64_t expires;
} objects[] = {
    {"{\"id\":\"b\",\"status\":\"completed\",\"output_file_id\":\"f1\",\"error_file_id\":null,\"expires_at\":"
     "1795971880}",
     true, BATCH_COMPLETED, "f1", "", 1795971880},
    {"{\"id\":\"b\",\"status\":\"Completed\",\"output_file_id\":null,\"error_file_id\":\"\"}", true,
     BATCH_COMPLETED, "", "", 0},
    {"{\"id\":\"b\",\"status\":\"expired\",\"output_file_id\":\"f\",\"request_counts\":null}", true,
     BATCH_EXPIRED, "f", "", 0},
    {"{\"id\":\"b\",\"status\":\"cancelled\"}", true, BATCH_CANCELLED, "", "", 0},
    {"{\"id\":\"b\",\"status\":\"canceled\"}", true, BATCH_CANCELLED, "", "", 0},
    {"{\"id\":\"b\",\"status\":\"CANCELLING\"}", true, BATCH_GOING, "", "", 0},
    {"{\"id\":\"b\",\"status\":\"PROGRESS\",\"expires_at\":\"2026-11-29T00:00:00Z\"}", true, BATCH_GOING, "",
     "", 1795910400},
    {"{\"id\":\"b\",\"status\":\"a word of tomorrow\",\"errors\":null}", true, BATCH_GOING, "", "", 0},
    {"{\"id\":\"b\",\"status\":\"failed\",\"errors\":{\"data\":null}}", true, BATCH_FAILED, "", "", 0},
    {"{\"id\":\"b\"}", false, BATCH_GOING, "", "", 0},
    {"{\"id\":7,\"status\":\"completed\"}", false, BATCH_GOING, "", "", 0},
    {"{\"error\":{\"message\":\"no\"}}", false, BATCH_GOING, "", "", 0},
    {"[]", false, BATCH_GOING, "", "", 0},
    {"{\"id\":\"b\",\"status\":\"completed\"", false, BATCH_GOING, "", "", 0},
    {"", false, BATCH_GOING, "", "", 0},
};

static void objects_are_read_as_they_come(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
        struct batch_object out;
        assert_int_equal(batch_words_object(objects[i].json, strlen(objects[i].json), &out),
                         objects[i].batch);
        if (objects[i].batch) {
            assert_int_equal(out.phase, objects[i].phase);
            assert_string_equal(out.output, objects[i].output);
            assert_string_equal(out.error, objects[i].error);
            assert_int_equal(out.expires, objects[i].expires);
        }
    }
}

static void faults_are_read_one_by_one(void **state) {
    (void)state;
    static const char json[] =
        "{\"id\":\"b\",\"status\":\"failed\",\"errors\":{\"object\":\"list\",\"data\":[null,{\"code\":"
        "\"bad\","
        "\"message\":\"no \\\"x\\\"\",\"line\":3},{\"code\":null,\"message\":null,\"line\":null}]}}";
    struct batch_object batch;
    struct batch_fault fault;
    size_t at = 0;
    assert_true(batch_words_object(json, sizeof(json) - 1, &batch));
    assert_true(batch_words_fault(&batch, &at, &fault));
    assert_string_equal(fault.code, "bad");
    assert_string_equal(fault.message, "no \"x\"");
    assert_int_equal(fault.line, 3);
    assert_true(batch_words_fault(&batch, &at, &fault));
    assert_int_equal(fault.line, 0);
    assert_string_equal(fault.code, "");
    assert_false(batch_words_fault(&batch, &at, &fault));
}

static void a_limit_is_learned_from_the_words(void **state) {
    (void)state;
    static const struct {
        const char *code, *message;
        bool is;
        uint64_t limit;
    } cases[] = {
        {"token_limit_exceeded",
         "Enqueued token limit reached for m in organization o. Limit: 2,000,000 enqueued tokens. Please try",
         true, 2000000},
        {"", "The number of enqueued tokens has surpassed the configured limit of 30K for the deployment 'd'",
         true, 30000},
        {"token_limit_exceeded", "", true, 0},
        {"invalid_request", "Cannot find file file-1", false, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct batch_fault fault = {0};
        uint64_t limit;
        (void)snprintf(fault.code, sizeof(fault.code), "%s", cases[i].code);
        (void)snprintf(fault.message, sizeof(fault.message), "%s", cases[i].message);
        assert_int_equal(batch_words_enqueued(&fault, &limit), cases[i].is);
        assert_int_equal(limit, cases[i].limit);
    }
}

#define BATCH_OF(id, created, status, run_, part, file)                                                 \
    "{\"id\":\"" id "\",\"status\":\"" status "\",\"created_at\":" created ",\"input_file_id\":\"" file \
    "\",\"metadata\":{\"ration_run\":\"" run_ "\",\"ration_part\":\"" part "\"}}"

static void a_lost_creation_is_found(void **state) {
    (void)state;
    static const char json[] =
        "{\"data\":[" BATCH_OF("b4", "1700000040", "in_progress", "R", "2", "f9") "," //
        BATCH_OF("b3", "1700000030", "in_progress", "R", "2", "f2") ","               //
        BATCH_OF("b2", "1700000020", "in_progress", "R", "1", "f2") ","               //
        BATCH_OF("b1", "1700000010", "failed", "R", "2", "f2") "],\"has_more\":true}";
    struct batch_record part = {.number = 2, .run = "R", .file = "f2"};
    struct batch_search search = {0};
    assert_true(batch_words_list(json, sizeof(json) - 1, &part, NULL, NULL, &search));
    assert_int_equal(search.found, 2);
    assert_string_equal(search.oldest.id, "b3"); // the failed one lives no more, the other is of another part
    assert_int_equal(search.youngers, 1);
    assert_string_equal(search.younger[0].id, "b4");
    assert_string_equal(search.after, "b1");
    assert_true(batch_words_list(json, sizeof(json) - 1, &part, NULL, NULL, &search)); // pages may overlap
    assert_int_equal(search.found, 2);
    assert_int_equal(search.youngers, 1);
    static const char plain[] = "{\"data\":[{\"id\":\"b\",\"status\":\"validating\",\"input_file_id\":\"f2\","
                                "\"metadata\":null}],\"has_more\":false}";
    search = (struct batch_search){0};
    assert_true(batch_words_list(plain, sizeof(plain) - 1, &part, NULL, NULL, &search));
    assert_int_equal(search.found, 1);
    assert_string_equal(search.after, "");
    assert_false(batch_words_list("{\"error\":1}", 11, &part, NULL, NULL, &search));
    assert_false(batch_words_list("", 0, &part, NULL, NULL, &search));
}

static void results_are_read_as_they_come(void **state) {
    (void)state;
    static const struct {
        const char *line;
        bool is;
        long status;
        const char *body, *code;
    } cases[] = {
        {"{\"custom_id\":\"i\",\"response\":{\"status_code\":200,\"request_id\":\"q\",\"body\":{\"a\":1}},"
         "\"error\":null}",
         true, 200, "{\"a\":1}", ""},
        {"{\"custom_id\":\"i\",\"response\":{\"status_code\":0,\"request_id\":\"\",\"body\":{}},\"error\":"
         "null}",
         true, 0, "{}", ""},
        {"{\"custom_id\":\"i\",\"response\":null,\"error\":{\"code\":\"batch_expired\",\"message\":\"m\"}}",
         true, 0, "", "batch_expired"},
        {"{\"custom_id\":\"i\",\"response\":{\"status_code\":500,\"body\":null}}", true, 500, "", ""},
        {"{\"custom_id\":\"i\"}", true, 0, "", ""},
        {"{\"custom_id\":null}", false, 0, "", ""},
        {"{\"custom_id\":\"i\",\"response\":{\"sta", false, 0, "", ""},
        {"", false, 0, "", ""},
        {"7", false, 0, "", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct batch_result out;
        assert_int_equal(batch_words_result(cases[i].line, strlen(cases[i].line), &out), cases[i].is);
        if (cases[i].is) {
            assert_int_equal(out.status, cases[i].status);
            assert_int_equal(out.body.length, strlen(cases[i].body));
            if (out.body.length > 0) {
                assert_memory_equal(out.body.text, cases[i].body, out.body.length);
            }
            assert_string_equal(out.code, cases[i].code);
        }
    }
}

// ---- Anthropic's ----

static void requests_are_one_body(void **state) {
    (void)state;
    struct text all = {0}, line = {0};
    static const char *const bodies[] = {"{\"a\":1}", "{}", "{\n}"};
    uint64_t lines = 0;
    for (size_t i = 0; i < 3; i++) {
        text_clear(&line);
        batch_line_row(&line, "id", NULL, bodies[i], strlen(bodies[i]));
        lines += line.length;
        text_clear(&line);
        batch_line_request(&line, "id", bodies[i], strlen(bodies[i]), i == 0, i == 2);
        text_add(&all, line.bytes, line.length);
    }
    assert_int_equal(all.length, batch_line_requests(lines));
    text_add(&all, "", 1);
    assert_string_equal(all.bytes,
                        "{\"requests\":[{\"custom_id\":\"id\",\"params\":{\"a\":1}},"
                        "{\"custom_id\":\"id\",\"params\":{}},{\"custom_id\":\"id\",\"params\":{ }}]}");
    text_clear(&all);
    text_clear(&line);
    batch_line_row(&line, "id", NULL, "{}", 2);
    batch_line_request(&all, "id", "{}", 2, true, true);
    assert_int_equal(all.length, batch_line_requests(line.length));
    text_free(&all);
    text_free(&line);
}

static void messages_are_read_as_they_come(void **state) {
    (void)state;
    static const char json[] =
        "{\"id\":\"msgbatch_1\",\"type\":\"message_batch\",\"processing_status\":\"ended\",\"request_"
        "counts\":{"
        "\"processing\":0,\"succeeded\":3,\"errored\":2,\"canceled\":1,\"expired\":4},\"created_at\":"
        "\"2026-11-28T17:21:47.123456+00:00\",\"expires_at\":null,\"results_url\":null}";
    struct batch_object out;
    assert_true(batch_words_object(json, sizeof(json) - 1, &out));
    assert_true(out.messages);
    assert_int_equal(out.phase, BATCH_EXPIRED);
    assert_int_equal(out.total, 10);
    assert_int_equal(out.completed, 3);
    assert_int_equal(out.failed, 7);
    assert_int_equal(out.created, 1795886507);
    assert_int_equal(out.expires, 0);
    assert_string_equal(out.output, "msgbatch_1");
    static const char going[] = "{\"id\":\"m\",\"processing_status\":\"canceling\"}";
    assert_true(batch_words_object(going, sizeof(going) - 1, &out));
    assert_int_equal(out.phase, BATCH_GOING);
}

static bool is_taken(void *context, const char *id) {
    return strcmp(id, context) == 0;
}

#define MESSAGES_OF(id, rows, time)                                                                     \
    "{\"id\":\"" id "\",\"processing_status\":\"in_progress\",\"request_counts\":{\"processing\":" rows \
    "},\"created_at\":\"2026-11-28T" time "Z\"}"

// By its rows and its time, if no other part has it.
static void each_of_the_younger_is_found_but_for_the_cancelled(void **state) {
    (void)state;
    static const char json[] = "{\"data\":[" BATCH_OF("b5", "1700000050", "cancelled", "R", "2", "f2") "," //
        BATCH_OF("b4", "1700000040", "in_progress", "R", "2", "f2") ","                                    //
        BATCH_OF("b3", "1700000030", "completed", "R", "2", "f2") ","                                      //
        BATCH_OF("b2", "1700000020", "validating", "R", "2", "f2") "],\"has_more\":false}";
    struct batch_record part = {.number = 2, .run = "R", .file = "f2"};
    struct batch_search search = {0};
    assert_true(batch_words_list(json, sizeof(json) - 1, &part, NULL, NULL, &search));
    assert_int_equal(search.found, 4);
    assert_string_equal(search.oldest.id, "b2");
    assert_int_equal(search.youngers, 2);
    assert_string_equal(search.younger[0].id, "b4");
    assert_string_equal(search.younger[1].id, "b3");
}

static void a_lost_creation_without_a_name_is_found(void **state) {
    (void)state;
    static const char json[] = "{\"data\":[" MESSAGES_OF("m5", "70", "19:21:48") ","    //
        MESSAGES_OF("m4", "70", "17:21:50") "," MESSAGES_OF("m3", "69", "17:21:49") "," //
        MESSAGES_OF("m2", "70", "17:21:48") "," MESSAGES_OF("m1", "70", "17:10:00") "],\"has_more\":true,"
                                                                                    "\"last_id\":\"m1\"}";
    struct batch_record part = {.number = 2, .run = "R", .rows = 70, .made = 1795886507};
    struct batch_search search = {0};
    assert_true(batch_words_list(json, sizeof(json) - 1, &part, is_taken, "m2", &search));
    assert_int_equal(search.found, 1);
    assert_string_equal(search.oldest.id, "m4");
    assert_string_equal(search.after, "m1");
    search = (struct batch_search){0};
    assert_true(batch_words_list(json, sizeof(json) - 1, &part, NULL, NULL, &search));
    assert_int_equal(search.found, 2);
    assert_string_equal(search.oldest.id, "m2");
}

static void results_of_messages_have_the_status_of_one_alone(void **state) {
    (void)state;
    static const struct {
        const char *result;
        long status;
        const char *body, *code;
    } cases[] = {
        {"{\"type\":\"succeeded\",\"message\":{\"id\":1}}", 200, "{\"id\":1}", ""},
        {"{\"type\":\"errored\",\"error\":{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\"}}"
         "}",
         400, "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\"}}", ""},
        {"{\"type\":\"errored\",\"error\":{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}}",
         529, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}", ""},
        {"{\"type\":\"errored\",\"error\":null}", 500, "", ""},
        {"{\"type\":\"expired\"}", 0, "", "batch_expired"},
        {"{\"type\":\"canceled\"}", 0, "", "batch_canceled"},
        {"{\"type\":\"a word of tomorrow\"}", 0, "", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char line[256];
        struct batch_result out;
        int length = snprintf(line, sizeof(line), "{\"custom_id\":\"i\",\"result\":%s}", cases[i].result);
        assert_true(batch_words_result(line, (size_t)length, &out));
        assert_int_equal(out.status, cases[i].status);
        assert_int_equal(out.body.length, strlen(cases[i].body));
        assert_string_equal(out.code, cases[i].code);
    }
}

// ---- Mistral's and Together's ----

static void a_job_has_its_model_and_its_hours(void **state) {
    (void)state;
    struct batch_record part = {.number = 3, .run = "R", .file = "f-1", .hash = "abc"};
    struct text out = {0};
    batch_line_job(&out, &part, "/v1/chat/completions", "m\"x", 24);
    batch_line_row(&out, "id_1", "", "{\"a\":1}", 7);
    text_add(&out, "", 1);
    assert_string_equal(
        out.bytes, "{\"input_files\":[\"f-1\"],\"endpoint\":\"/v1/chat/completions\",\"model\":\"m\\\"x\","
                   "\"metadata\":{\"ration_run\":\"R\",\"ration_part\":\"3\",\"ration_hash\":\"abc\"},"
                   "\"timeout_hours\":24}{\"custom_id\":\"id_1\",\"body\":{\"a\":1}}\n");
    text_free(&out);
}

static void a_job_is_read(void **state) {
    (void)state;
    static const struct {
        const char *word;
        enum batch_phase phase;
    } cases[] = {{"QUEUED", BATCH_GOING},
                 {"RUNNING", BATCH_GOING},
                 {"SUCCESS", BATCH_COMPLETED},
                 {"FAILED", BATCH_FAILED},
                 {"TIMEOUT_EXCEEDED", BATCH_EXPIRED},
                 {"CANCELLATION_REQUESTED", BATCH_GOING},
                 {"CANCELLED", BATCH_CANCELLED},
                 {"A_WORD_OF_TOMORROW", BATCH_GOING}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char json[512];
        struct batch_object out;
        int length =
            snprintf(json, sizeof(json),
                     "{\"id\":\"j\",\"object\":\"batch\",\"input_files\":[\"f\"],\"output_file\":\"o\","
                     "\"error_file\":null,\"errors\":[{\"message\":\"m\",\"count\":1}],\"status\":\"%s\","
                     "\"created_at\":1700000000,\"total_requests\":9,\"completed_requests\":7,"
                     "\"succeeded_requests\":5,\"failed_requests\":2}",
                     cases[i].word);
        assert_true(batch_words_object(json, (size_t)length, &out));
        assert_int_equal(out.phase, cases[i].phase);
        assert_string_equal(out.output, "o");
        assert_string_equal(out.error, "");
        assert_int_equal(out.created, 1700000000);
        assert_int_equal(out.expires, 0);
        assert_true(out.total == 9 && out.completed == 5 && out.failed == 2 && !out.messages);
        struct batch_fault fault;
        size_t at = 0;
        assert_true(batch_words_fault(&out, &at, &fault));
        assert_string_equal(fault.message, "m");
    }
}

// Its list has pages that are counted, and says how many jobs there are.
static void a_lost_job_is_found(void **state) {
    (void)state;
    static const char json[] =
        "{\"object\":\"list\",\"total\":3,\"data\":[{\"id\":\"a\",\"status\":\"RUNNING\",\"created_at\":"
        "1700000020,"
        "\"input_files\":[\"f1\"],\"metadata\":{\"ration_run\":\"R\",\"ration_part\":\"1\"}},{\"id\":\"b\","
        "\"status\":\"QUEUED\",\"created_at\":1700000010,\"input_files\":[\"f2\"],\"metadata\":null}]}";
    static const char last[] =
        "{\"object\":\"list\",\"total\":3,\"data\":[{\"id\":\"c\",\"status\":\"QUEUED\","
        "\"input_files\":[],\"metadata\":{}}]}";
    static const char none[] = "{\"object\":\"list\",\"total\":3,\"data\":[]}";
    struct batch_record part = {.number = 2, .run = "R", .file = "f2"};
    struct batch_search search = {0};
    assert_true(batch_words_list(json, sizeof(json) - 1, &part, NULL, NULL, &search));
    assert_int_equal(search.found, 1);
    assert_string_equal(search.oldest.id, "b"); // by its file
    assert_string_equal(search.after, "1");     // the next page
    assert_true(batch_words_list(last, sizeof(last) - 1, &part, NULL, NULL, &search));
    assert_int_equal(search.found, 1);
    assert_string_equal(search.after, "");
    search = (struct batch_search){0};
    assert_true(batch_words_list(none, sizeof(none) - 1, &part, NULL, NULL, &search));
    assert_string_equal(search.after, ""); // a total that lies is no reason to go on
}

static void together_wraps_what_it_creates_and_lists_without(void **state) {
    (void)state;
    static const char created[] =
        "{\"job\":{\"id\":\"t\",\"status\":\"VALIDATING\",\"created_at\":\"2023-11-14T22:13:20.5Z\","
        "\"job_deadline\":\"2023-11-15T22:13:20Z\",\"input_file_id\":\"f2\"},\"warning\":null}";
    static const char list[] =
        "[{\"id\":\"u\",\"status\":\"IN_PROGRESS\",\"input_file_id\":\"f1\"},"
        "{\"id\":\"t\",\"status\":\"COMPLETED\",\"input_file_id\":\"f2\",\"created_at\":"
        "\"2023-11-15T00:13:20.250+02:00\"}]";
    struct batch_record part = {.number = 2, .run = "R", .file = "f2"};
    struct batch_search search = {0};
    struct batch_object out;
    assert_true(batch_words_object(created, sizeof(created) - 1, &out));
    assert_string_equal(out.id, "t");
    assert_int_equal(out.phase, BATCH_GOING);
    assert_int_equal(out.created, 1700000000);
    assert_int_equal(out.expires, 1700086400);
    assert_true(batch_words_list(list, sizeof(list) - 1, &part, NULL, NULL, &search));
    assert_int_equal(search.found, 1);
    assert_string_equal(search.oldest.id, "t");
    assert_int_equal(search.oldest.phase, BATCH_COMPLETED);
    assert_string_equal(search.after, "");
    assert_true(batch_words_list("[]", 2, &part, NULL, NULL, &search));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_has_its_model_and_its_hours),
        cmocka_unit_test(a_job_is_read),
        cmocka_unit_test(a_lost_job_is_found),
        cmocka_unit_test(together_wraps_what_it_creates_and_lists_without),
        cmocka_unit_test(an_id_is_safe_and_read_again),
        cmocka_unit_test(an_id_of_somebody_else_is_none),
        cmocka_unit_test(a_line_is_one_line),
        cmocka_unit_test(a_creation_names_its_part),
        cmocka_unit_test(objects_are_read_as_they_come),
        cmocka_unit_test(faults_are_read_one_by_one),
        cmocka_unit_test(a_limit_is_learned_from_the_words),
        cmocka_unit_test(a_lost_creation_is_found),
        cmocka_unit_test(each_of_the_younger_is_found_but_for_the_cancelled),
        cmocka_unit_test(results_are_read_as_they_come),
        cmocka_unit_test(requests_are_one_body),
        cmocka_unit_test(messages_are_read_as_they_come),
        cmocka_unit_test(a_lost_creation_without_a_name_is_found),
        cmocka_unit_test(results_of_messages_have_the_status_of_one_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
