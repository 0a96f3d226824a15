#include "crew/follower_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const struct {
    const char *what;
    enum result_kind kind;
    const char *leader, *wanted;
} cases[] = {
    {"an answer", RESULT_ANSWER,
     "{\"artist_id\":\"l1\",\"artist_name\":\"Leader\",\"response_text\":\"T\\n\",\"response_id\":\"r\","
     "\"model\":\"m\",\"finish_reason\":null,\"usage\":{\"input_tokens\":1,\"output_tokens\":2,"
     "\"total_tokens\":3,\"estimated\":true},\"replaced\":4,\"attempts\":2,\"latency_ms\":77,"
     "\"created\":\"then\",\"request_id\":\"q\",\"input_hash\":\"0123\"}",
     "{\"artist_id\":\"f1\",\"artist_name\":\"Foll\\\"ower\",\"response_text\":\"T\\n\",\"response_id\":"
     "\"r\","
     "\"model\":\"m\",\"finish_reason\":null,\"usage\":{\"input_tokens\":0,\"output_tokens\":0,"
     "\"total_tokens\":0},\"replaced\":4,\"attempts\":0,\"latency_ms\":0,"
     "\"created\":\"now\",\"request_id\":\"q\",\"same_as\":\"l1\",\"input_hash\":\"0123\"}\n"},
    {"JSON, byte for byte, behind what looks like it", RESULT_ANSWER,
     "{\"artist_id\":\"l1\",\"artist_name\":\"Leader\",\"x\":{\"a\":1,\"response_json\":[2]},"
     "\"response_json\":{\"n\": 12345678901234567890.10, \"t\": \",\\\"response_json\\\":\"},\"model\":\"m\","
     "\"attempts\":1,\"input_hash\":\"0123\"}",
     "{\"artist_id\":\"f1\",\"artist_name\":\"Foll\\\"ower\","
     "\"response_json\":{\"n\": 12345678901234567890.10, \"t\": \",\\\"response_json\\\":\"},"
     "\"response_id\":null,\"model\":\"m\",\"finish_reason\":null,\"usage\":{\"input_tokens\":0,"
     "\"output_tokens\":0,\"total_tokens\":0},\"attempts\":0,\"latency_ms\":0,\"created\":\"now\","
     "\"request_id\":null,\"same_as\":\"l1\",\"input_hash\":\"0123\"}\n"},
    {"JSON that somebody has written anew", RESULT_ANSWER,
     "{ \"artist_id\": \"l1\", \"response_json\" : [ 1, {\"a\" : null} ] }",
     "{\"artist_id\":\"f1\",\"artist_name\":\"Foll\\\"ower\",\"response_json\":[1, {\"a\": null}],"
     "\"response_id\":null,\"model\":null,\"finish_reason\":null,\"usage\":{\"input_tokens\":0,"
     "\"output_tokens\":0,\"total_tokens\":0},\"attempts\":0,\"latency_ms\":0,\"created\":\"now\","
     "\"request_id\":null,\"same_as\":\"l1\",\"input_hash\":null}\n"},
    {"an error", RESULT_ERROR,
     "{\"artist_id\":\"l1\",\"artist_name\":\"Leader\",\"class\":\"refused\",\"status\":400,\"code\":\"c\","
     "\"message\":\"no\",\"attempts\":1,\"created\":\"then\",\"request_id\":null,\"unproven\":true}",
     "{\"artist_id\":\"f1\",\"artist_name\":\"Foll\\\"ower\",\"class\":\"refused\",\"status\":400,"
     "\"code\":\"c\",\"message\":\"no\",\"attempts\":0,\"created\":\"now\",\"request_id\":null,"
     "\"same_as\":\"l1\",\"unproven\":true}\n"},
    {"one that followed itself, in an earlier run", RESULT_ERROR,
     "{\"artist_id\":\"l1\",\"artist_name\":\"Leader\",\"class\":\"refused\",\"status\":400,\"code\":null,"
     "\"message\":\"no\",\"attempts\":0,\"created\":\"then\",\"request_id\":null,\"same_as\":\"l0\"}",
     "{\"artist_id\":\"f1\",\"artist_name\":\"Foll\\\"ower\",\"class\":\"refused\",\"status\":400,"
     "\"code\":null,\"message\":\"no\",\"attempts\":0,\"created\":\"now\",\"request_id\":null,"
     "\"same_as\":\"l0\"}\n"},
};

static void says_what_the_leader_got(void **state) {
    (void)state;
    const struct result_format *format = result_format_usual();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct result_read leader;
        struct text out = {0}, head = {0};
        result_line_begin(&head, format, (struct result_text){"f1", 2},
                          (struct result_text){"Foll\"ower", 9});
        assert_true(
            result_line_read(format, cases[i].kind, cases[i].leader, strlen(cases[i].leader), &leader));
        follower_line_add(&out, format, cases[i].kind, &head, &leader, "now");
        assert_false(out.failed);
        text_add(&out, "", 1);
        assert_string_equal(out.bytes, cases[i].wanted);
        text_free(&out);
        text_free(&head);
        result_line_free(&leader);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_the_leader_got),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
