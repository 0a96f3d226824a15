// Lines of every output format as usual ones: what export, show and the page of answers read of them.
#include "export/result_usual.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <cmocka.h>

static struct result_usual usual;

static void reads(const char *line, const char *expected) {
    struct result_walk walk;
    assert_true(result_usual_begin(&usual, line, strlen(line), &walk));
    if (walk.object.length != strlen(expected) ||
        memcmp(walk.object.text, expected, walk.object.length) != 0) {
        print_error("is   %.*s\nnot  %s\n", (int)walk.object.length, walk.object.text, expected);
        fail();
    }
}

#define BATCH(body)                                                                             \
    "{\"custom_id\":\"a\",\"id\":\"h\",\"response\":{\"status_code\":200,\"request_id\":\"r\"," \
    "\"body\":" body "},\"error\":null,\"attempts\":1,\"input_hash\":\"h\"}"

// What stands between the id and the attempts.
static void reads_body(const char *body, const char *answer) {
    char line[4096], expected[4096];
    (void)snprintf(line, sizeof(line), BATCH("%s"), body);
    (void)snprintf(
        expected, sizeof(expected),
        "{\"custom_id\":\"a\",%s,\"attempts\":1,\"input_hash\":\"h\",\"request_id\":\"r\",\"response\":"
        "{\"status_code\":200,\"request_id\":\"r\",\"body\":%s},\"error\":null}",
        answer, body);
    reads(line, expected);
}

#define NO_USAGE "\"usage\":{\"input_tokens\":0,\"output_tokens\":0,\"total_tokens\":0}"

static void takes_the_answer_out_of_a_body_in_any_shape(void **state) {
    (void)state;
    static const struct {
        const char *body, *answer;
    } cases[] = {
        // responses: thinking and calls are no text; messages with an empty line between
        {"{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"model\":\"m\",\"output\":[{"
         "\"type\":"
         "\"reasoning\",\"content\":[{\"type\":\"reasoning_text\",\"text\":\"hm\"}]},{\"type\":\"message\","
         "\"content\":["
         "{\"type\":\"output_text\",\"text\":\"A "
         "\\u00e9\\n\"},{\"type\":\"output_text\",\"text\":\"B\"}]},{\"type\":"
         "\"message\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\"}]},{\"type\":\"message\","
         "\"content\":[{"
         "\"type\":\"output_text\",\"text\":\"C\"}]}],\"usage\":{\"input_tokens\":3,\"output_tokens\":4,"
         "\"total_tokens\":7}}",
         "\"response_text\":\"A "
         "\\u00e9\\nB\\n\\nC\",\"response_id\":\"resp_1\",\"model\":\"m\",\"finish_reason\":\"stop\","
         "\"usage\":{\"input_tokens\":3,\"output_tokens\":4,\"total_tokens\":7}"},
        {"{\"object\":\"response\",\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_"
         "tokens\"},"
         "\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"A\"}]}]}",
         "\"response_text\":\"A\",\"finish_reason\":\"length\"," NO_USAGE},
        {"{\"object\":\"response\",\"status\":\"incomplete\",\"incomplete_details\":null,\"output\":[]}",
         "\"response_text\":\"\",\"finish_reason\":\"incomplete\"," NO_USAGE},
        {"{\"object\":\"response\",\"output\":[],\"output_text\":\"T\"}",
         "\"response_text\":\"T\"," NO_USAGE},
        // chat completions
        {"{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
         "\"content\":\"\\\"x\\\"\"},"
         "\"finish_reason\":\"length\"},{\"message\":{\"content\":\"other\"}}],\"usage\":{\"prompt_tokens\":"
         "5,"
         "\"completion_tokens\":2,\"total_tokens\":9}}",
         "\"response_text\":\"\\\"x\\\"\",\"response_id\":\"c\",\"model\":\"m\",\"finish_reason\":\"length\","
         "\"usage\":{"
         "\"input_tokens\":5,\"output_tokens\":2,\"total_tokens\":9}"},
        {"{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"thinking\","
         "\"text\":\"b\"},"
         "{\"text\":{\"value\":\"c\"}},\"d\"]},\"finish_reason\":\"tool_calls\"}]}",
         "\"response_text\":\"acd\",\"finish_reason\":\"tool_calls\"," NO_USAGE},
        {"{\"choices\":[{\"text\":\"old\",\"finish_reason\":null}]}", "\"response_text\":\"old\"," NO_USAGE},
        {"{\"choices\":[]}", "\"response_text\":\"\"," NO_USAGE},
        // messages: cached input stands beside the input
        {"{\"id\":\"msg_1\",\"type\":\"message\",\"model\":\"c\",\"content\":[{\"type\":\"thinking\","
         "\"thinking\":\"h\"},{"
         "\"type\":\"text\",\"text\":\"A\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":1,"
         "\"cache_read_input_tokens\":10,\"cache_creation_input_tokens\":100,\"output_tokens\":2}}",
         "\"response_text\":\"A\",\"response_id\":\"msg_1\",\"model\":\"c\",\"finish_reason\":\"stop\","
         "\"usage\":{"
         "\"input_tokens\":111,\"output_tokens\":2,\"total_tokens\":113}"},
        // any other is its own text, to the digit
        {"{\"object\":\"list\",\"data\":[0.10],\"model\":\"e\",\"usage\":{\"prompt_tokens\":8,\"total_"
         "tokens\":8}}",
         "\"response_text\":\"{\\\"object\\\":\\\"list\\\",\\\"data\\\":[0.10],\\\"model\\\":\\\"e\\\","
         "\\\"usage\\\":{"
         "\\\"prompt_tokens\\\":8,\\\"total_tokens\\\":8}}\",\"model\":\"e\",\"finish_reason\":\"stop\","
         "\"usage\":{"
         "\"input_tokens\":8,\"output_tokens\":0,\"total_tokens\":8}"},
        // counts under two names are one; of other APIs under their own names
        {"{\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"input_tokens\":5,\"completion_tokens\":2,"
         "\"output_tokens\":2,\"total_tokens\":7}}",
         "\"response_text\":\"\",\"usage\":{\"input_tokens\":5,\"output_tokens\":2,\"total_tokens\":7}"},
        {"{\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"cache_read_input_tokens\":4,\"completion_tokens\":"
         "2}}",
         "\"response_text\":\"\",\"usage\":{\"input_tokens\":5,\"output_tokens\":2,\"total_tokens\":7}"},
        {"{\"choices\":[],\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":2,"
         "\"thoughtsTokenCount\":4,\"totalTokenCount\":9}}",
         "\"response_text\":\"\",\"usage\":{\"input_tokens\":3,\"output_tokens\":6,\"total_tokens\":9}"},
        // hostile: values of other kinds, a word that is too long
        {"{\"id\":1,\"model\":[],\"choices\":[{\"message\":7,\"finish_reason\":{}}],\"usage\":{\"prompt_"
         "tokens\":\"9\","
         "\"completion_tokens\":-1,\"total_tokens\":99999999999}}",
         "\"response_text\":\"\",\"usage\":{\"input_tokens\":9,\"output_tokens\":0,\"total_tokens\":9}"},
        {"{\"content\":{\"text\":\"x\"},\"stop_reason\":\""
         "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\"}",
         "\"response_text\":\"x\"," NO_USAGE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        reads_body(cases[i].body, cases[i].answer);
    }
}

static void leaves_usual_lines_as_they_are(void **state) {
    (void)state;
    static const char *const lines[] = {
        "{\"artist_id\":\"a\",\"response_text\":\"x\"}",
        "{\"custom_id\":\"a\",\"response_text\":\"x\",\"model\":\"m\"}",
        "{\"custom_id\":\"a\",\"response\":\"a name\",\"response_text\":\"x\"}",
        "{\"custom_id\":\"a\",\"id\":\"n\",\"input\":{\"response\":{},\"error\":null},\"response_text\":"
        "\"x\"}",
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        reads(lines[i], lines[i]);
    }
}

static void reads_failures_of_batches_and_what_is_kept(void **state) {
    (void)state;
    reads("{\"custom_id\":\"a\",\"input\":{\"x\":1},\"id\":\"h\",\"response\":null,\"error\":{\"code\":\"c\","
          "\"message\":"
          "\"m\"},\"class\":\"refused\",\"status\":400,\"request_id\":\"r\"}",
          "{\"custom_id\":\"a\",\"input\":{\"x\":1},\"class\":\"refused\",\"code\":\"c\",\"message\":\"m\","
          "\"status\":400,"
          "\"request_id\":\"r\",\"response\":null,\"error\":{\"code\":\"c\",\"message\":\"m\"}}");
}

static void reads_lists(void **state) {
    (void)state;
    reads("[{\"model\":\"m\"},{\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]},{"
          "\"row\":1,"
          "\"ration\":\"theirs\",\"ration\":{\"id\":\"3\",\"model\":\"m\",\"finish_reason\":\"stop\","
          "\"attempts\":1}}]",
          "{\"id\":\"3\",\"response_text\":\"x\"," NO_USAGE
          ",\"model\":\"m\",\"finish_reason\":\"stop\",\"attempts\":1,"
          "\"response\":{\"status_code\":200,\"request_id\":\"\",\"body\":{\"choices\":[{\"message\":{"
          "\"content\":"
          "\"x\"},\"finish_reason\":\"stop\"}]}},\"error\":null,\"request\":{\"model\":\"m\"},\"metadata\":{"
          "\"row\":1,"
          "\"ration\":\"theirs\"}}");
    reads("[null, [\"refused: no\"], "
          "{\"ration\":{\"id\":\"4\",\"class\":\"refused\",\"status\":400,\"message\":\"no\"}}]",
          "{\"id\":\"4\",\"class\":\"refused\",\"status\":400,\"message\":\"no\",\"request\":null}");
}

static void knows_what_is_none(void **state) {
    (void)state;
    static const char *const lines[] = {
        "",
        "[",
        "[]",
        "[1,2,3]",
        "[{},{},{}]",
        "[{},{},{\"ration\":{}}]",
        "[{},{},{\"ration\":{\"id\":4}}]",
        "[{},{},{\"ration\":{\"id\":\"4\"}},5]",
        "{}",
        "{\"id\":4}",
        "null",
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct result_walk walk;
        assert_false(result_usual_begin(&usual, lines[i], strlen(lines[i]), &walk));
    }
}

// A line that finds no memory is none of somebody else's.
static void want_of_memory_is_told_apart(void **state) {
    (void)state;
    struct result_walk walk;
    assert_false(result_usual_begin(&usual, "{}", 2, &walk));
    assert_false(result_usual_starved(&usual));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    static const char before[] = "{\"custom_id\":\"a\",\"id\":\"h\",\"response\":{\"status_code\":200,"
                                 "\"request_id\":\"r\",\"body\":{\"object\":\"response\",\"output\":\"";
    static const char behind[] = "\"}},\"error\":null,\"attempts\":1}";
    const size_t filler = (size_t)64 << 20;
    char *line = malloc(sizeof(before) + filler + sizeof(behind));
    struct rlimit whole, tight;
    assert_non_null(line);
    memcpy(line, before, sizeof(before) - 1);
    memset(line + sizeof(before) - 1, 'x', filler);
    memcpy(line + sizeof(before) - 1 + filler, behind, sizeof(behind));
    assert_int_equal(getrlimit(RLIMIT_AS, &whole), 0);
    tight = (struct rlimit){.rlim_cur = (rlim_t)96 << 20, .rlim_max = whole.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_AS, &tight), 0);
    bool begun = result_usual_begin(&usual, line, strlen(line), &walk);
    assert_int_equal(setrlimit(RLIMIT_AS, &whole), 0);
    assert_false(begun);
    assert_true(result_usual_starved(&usual));
    assert_true(result_usual_begin(&usual, line, strlen(line), &walk));
    assert_false(result_usual_starved(&usual));
    free(line);
#endif
}

static int tear_down(void **state) {
    (void)state;
    result_usual_free(&usual);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_answer_out_of_a_body_in_any_shape),
        cmocka_unit_test(leaves_usual_lines_as_they_are),
        cmocka_unit_test(reads_failures_of_batches_and_what_is_kept),
        cmocka_unit_test(reads_lists),
        cmocka_unit_test(knows_what_is_none),
        cmocka_unit_test(want_of_memory_is_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
