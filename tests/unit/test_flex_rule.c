// A flex tier without room, in the bodies that providers send, and what only looks like it.
#include "exchange/answer.h"
#include "exchange/classify.h"
#include "exchange/flex_rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define ERROR(code, message) \
    "{\"error\":{\"message\":\"" message "\",\"type\":" code ",\"param\":null,\"code\":" code "}}"

static struct text joined;

static struct outcome outcome_of_body(bool flex, long status, const char *body) {
    static struct answer answer;
    answer_read(PROVIDER_CHAT, body, strlen(body), &joined, &answer);
    const struct outcome_facts facts = {
        .fault = EXCHANGE_WHOLE, .status = status, .answer = &answer, .flex = flex};
    return outcome_of(&facts);
}

static void a_tier_without_room_is_a_class_of_its_own(void **state) {
    (void)state;
    static const struct {
        long status;
        const char *body;
        enum outcome_class flex, usual; // of a request that asks for the tier, of any other
    } cases[] = {
        {429, ERROR("\"resource_unavailable\"", "m"), OUTCOME_NO_CAPACITY, OUTCOME_RATE_LIMITED},
        {429, ERROR("\"RESOURCE-UNAVAILABLE\"", "m"), OUTCOME_NO_CAPACITY, OUTCOME_RATE_LIMITED},
        {429, ERROR("null", "Resource Unavailable"), OUTCOME_NO_CAPACITY, OUTCOME_RATE_LIMITED},
        {429, ERROR("null", "Sorry: the resources are currently unavailable."), OUTCOME_NO_CAPACITY,
         OUTCOME_RATE_LIMITED},
        {429, ERROR("null", "Service tier capacity exceeded for this model."), OUTCOME_NO_CAPACITY,
         OUTCOME_RATE_LIMITED},
        {429, ERROR("null", "Flex processing is temporarily unavailable"), OUTCOME_NO_CAPACITY,
         OUTCOME_RATE_LIMITED},
        {429, "Resource Unavailable", OUTCOME_NO_CAPACITY, OUTCOME_RATE_LIMITED},
        {503, ERROR("null", "Resource unavailable"), OUTCOME_NO_CAPACITY, OUTCOME_OVERLOADED},
        {498, ERROR("null", "m"), OUTCOME_NO_CAPACITY, OUTCOME_SERVER_FAULT},
        {498, "", OUTCOME_NO_CAPACITY, OUTCOME_SERVER_FAULT},
        {429, ERROR("\"rate_limit_exceeded\"", "Rate limit reached for gpt-6-luna on tokens per min (TPM)"),
         OUTCOME_RATE_LIMITED, OUTCOME_RATE_LIMITED},
        {429, "", OUTCOME_RATE_LIMITED, OUTCOME_RATE_LIMITED},
        {429, ERROR("\"insufficient_quota\"", "Resource unavailable"), OUTCOME_QUOTA_EXHAUSTED,
         OUTCOME_QUOTA_EXHAUSTED},
        {503, ERROR("null", "overloaded"), OUTCOME_OVERLOADED, OUTCOME_OVERLOADED},
        {400, ERROR("null", "Resource unavailable"), OUTCOME_REFUSED, OUTCOME_REFUSED},
        {500, ERROR("null", "Resource unavailable"), OUTCOME_SERVER_FAULT, OUTCOME_SERVER_FAULT},
        {200, "{\"error\":{\"message\":\"Resource unavailable\",\"code\":429}}", OUTCOME_NO_CAPACITY,
         OUTCOME_RATE_LIMITED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct outcome outcome = outcome_of_body(true, cases[i].status, cases[i].body);
        assert_int_equal(outcome.kind, cases[i].flex);
        assert_int_equal(outcome_of_body(false, cases[i].status, cases[i].body).kind, cases[i].usual);
        if (cases[i].flex == OUTCOME_NO_CAPACITY) { // no news of the session
            outcome = outcome_of_body(true, cases[i].status, cases[i].body);
            assert_int_equal(outcome.blame, BLAME_NOTHING);
            assert_true(outcome.of_answer);
            assert_false(outcome.final);
            assert_non_null(outcome.message);
        }
    }
}

static void a_body_asks_for_it_at_its_top(void **state) {
    (void)state;
    static const struct {
        const char *body;
        bool asks;
    } cases[] = {
        {"{\"model\":\"m\",\"service_tier\":\"flex\"}", true},
        {" {\"service_tier\" : \"flex\" , \"a\":1}", true},
        {"{\"service_tier\":\"default\"}", false},
        {"{\"service_tier\":\"flexible\"}", false},
        {"{\"service_tier\":null}", false},
        {"{\"input\":\"\\\"service_tier\\\":\\\"flex\\\"\"}", false},
        {"{\"metadata\":{\"service_tier\":\"flex\"}}", false},
        {"{}", false},
        {"", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(flex_rule_asks(cases[i].body), cases[i].asks);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tier_without_room_is_a_class_of_its_own),
        cmocka_unit_test(a_body_asks_for_it_at_its_top),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    text_free(&joined);
    return failed;
}
