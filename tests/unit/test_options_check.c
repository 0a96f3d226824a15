#include "config/options_check.h"

#include "config/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static char problem[OPTIONS_PROBLEM_SIZE];

static void knows_two_words(void **state) {
    (void)state;
    struct outcome_retry retry;
    assert_int_equal(options_check_retry_errors("all", &retry, problem), 0);
    assert_int_equal(retry.which, OUTCOME_AGAIN_ALL);
    assert_int_equal(options_check_retry_errors("none", &retry, problem), 0);
    assert_int_equal(retry.which, OUTCOME_AGAIN_NONE);
    assert_int_equal(retry.listed, 0);
}

static void takes_every_class_that_an_error_line_can_have(void **state) {
    (void)state;
    for (int i = OUTCOME_DONE + 1; i < OUTCOME_CLASSES; i++) {
        struct outcome_retry retry;
        assert_int_equal(options_check_retry_errors(outcome_name((enum outcome_class)i), &retry, problem), 0);
        for (int k = OUTCOME_DONE + 1; k < OUTCOME_CLASSES; k++) {
            assert_int_equal(outcome_asked_again(&retry, outcome_name((enum outcome_class)k), false), i == k);
        }
        assert_false(outcome_asked_again(&retry, "of_another_program", false));
    }
}

static void takes_several_and_the_same_again(void **state) {
    (void)state;
    char text[32 * 10] = "truncated,worker_crash,in_doubt";
    struct outcome_retry retry;
    for (int i = 0; i < 20; i++) {
        (void)snprintf(text + strlen(text), sizeof(text) - strlen(text), ",refused");
    }
    assert_int_equal(options_check_retry_errors(text, &retry, problem), 0);
    memset(text, 'x', sizeof(text)); // nothing of it is kept
    assert_true(outcome_asked_again(&retry, "truncated", false));
    assert_true(outcome_asked_again(&retry, "worker_crash", false));
    assert_true(outcome_asked_again(&retry, "in_doubt", false));
    assert_true(outcome_asked_again(&retry, "refused", false));
    assert_false(outcome_asked_again(&retry, "server_fault", false));
}

static void keeps_what_is_usually_kept(void **state) {
    (void)state;
    static const struct options options; // --retry-errors is not given
    assert_false(outcome_asked_again(&options.retry_errors, "refused", false));
    assert_false(outcome_asked_again(&options.retry_errors, "in_doubt", false));
    assert_true(outcome_asked_again(&options.retry_errors, "worker_crash", false));
    assert_true(outcome_asked_again(&options.retry_errors, "of_another_program", false));
}

static void takes_attempts_of_a_class(void **state) {
    (void)state;
    static const struct {
        const char *text;
        struct options_retries retries;
    } cases[] = {
        {"network_fault=7", {.network_fault = 7}},
        {"overloaded=1000,server_fault=1,network_fault=03,invalid_answer=2,", {1, 3, 1000, 2}},
        {"overloaded=3,overloaded=4", {.overloaded = 4}}, // the last one counts
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct options_retries retries;
        assert_int_equal(options_check_retries(cases[i].text, &retries, problem), 0);
        assert_int_equal(retries.server_fault, cases[i].retries.server_fault);
        assert_int_equal(retries.network_fault, cases[i].retries.network_fault);
        assert_int_equal(retries.overloaded, cases[i].retries.overloaded);
        assert_int_equal(retries.invalid_answer, cases[i].retries.invalid_answer);
    }
}

static void takes_the_other_forms(void **state) {
    (void)state;
    uint64_t cost;
    struct alerts_thresholds thresholds;
    struct listen_address listen;
    const char *url = NULL;
    assert_int_equal(options_check_max_cost("2.50", &cost, problem), 0);
    assert_int_equal(cost, 2500000000);
    assert_int_equal(options_check_alert_thresholds("60,80", &thresholds, problem), 0);
    assert_int_equal(thresholds.count, 2);
    assert_int_equal(thresholds.percent[1], 80);
    assert_int_equal(options_check_alert_webhook("https://hooks.example/s3cr3t?x=1", &url, problem), 0);
    assert_string_equal(url, "https://hooks.example/s3cr3t?x=1");
    assert_int_equal(options_check_listen("localhost:80", &listen, problem), 0);
    assert_true(listen.length > 0 && listen.loopback);
}

// What is wrong is said in words that repeat it, but for what may be a secret.
static void refuses_what_has_no_such_form(void **state) {
    (void)state;
    static const struct {
        int (*check)(const char *text, void *value, char out[OPTIONS_PROBLEM_SIZE]);
        const char *text, *says;
    } cases[] = {
        {options_check_retry_errors, "done", "\"done\" is not all, none, or a class"},
        {options_check_retry_errors, "ALL", "\"ALL\" is not"},
        {options_check_retry_errors, "Server_fault", "did you mean server_fault?"},
        {options_check_retry_errors, "server_faul", "did you mean server_fault?"},
        {options_check_retry_errors, " refused", "\" refused\" is not"},
        {options_check_retry_errors, "refused,,all", "\"\" is not"},
        {options_check_retry_errors, ",refused", "\"\" is not"},
        {options_check_retry_errors, "refused,all", "\"all\" is not"},
        {options_check_retry_errors, "refused none", "\"refused none\" is not"},
        {options_check_retry_errors, "refused,nonsense,overloaded", "\"nonsense\" is not"},
        {options_check_retry_errors, ",", "\"\" is not"},
        {options_check_retries, "x=1", "\"x=1\" is not CLASS=N"},
        {options_check_retries, "overlaoded=3", "did you mean overloaded?"},
        {options_check_retries, "server_fault", "\"server_fault\" is not CLASS=N"},
        {options_check_retries, "=1", "\"=1\" is not CLASS=N"},
        {options_check_retries, "rate_limited=3", "is not CLASS=N"},
        {options_check_retries, "server_fault=1,,", "\"\" is not CLASS=N"},
        {options_check_retries, ",", "\"\" is not CLASS=N"},
        {options_check_retries, "overloaded=1 ,server_fault=1",
         "\"overloaded=1 \" is not a number of attempts from 1 to 1000"},
        {options_check_retries, "server_fault=", "\"server_fault=\" is not a number of attempts from 1 to 7"},
        {options_check_retries, "server_fault=0", "from 1 to 7"},
        {options_check_retries, "server_fault=8", "from 1 to 7"},
        {options_check_retries, "network_fault=-1", "from 1 to 7"},
        {options_check_retries, "network_fault=1.5", "from 1 to 7"},
        {options_check_retries, "overloaded=1001", "from 1 to 1000"},
        {options_check_retries, "overloaded=18446744073709551617", "from 1 to 1000"},
        {options_check_max_cost, "a lot", "\"a lot\" is not an amount of dollars"},
        {options_check_max_cost, "0", "\"0\" is not an amount of dollars"},
        {options_check_alert_thresholds, "60,many", "\"many\" is not a whole percentage from 1 to 100; give"},
        {options_check_alert_thresholds, "80,60", "60 does not ascend: it comes after 80"},
        {options_check_alert_webhook, "gopher://host/s3cr3t", "malformed URL: "},
        {options_check_listen, "8080", "\"8080\" is not ADDRESS:PORT"},
        {options_check_listen, "name.example:80", "has no numeric address"},
        {options_check_http_host, "https://name.example", "neither port nor http://"},
        {options_check_listen, "127.0.0.1:http", "has no port of 0 to 65535"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct options value; // large enough for any
        assert_int_equal(cases[i].check(cases[i].text, &value, problem), -1);
        if (strstr(problem, cases[i].says) == NULL || strstr(problem, "s3cr3t") != NULL) {
            fail_msg("%s is told as %s", cases[i].text, problem);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_two_words),
        cmocka_unit_test(takes_every_class_that_an_error_line_can_have),
        cmocka_unit_test(takes_several_and_the_same_again),
        cmocka_unit_test(keeps_what_is_usually_kept),
        cmocka_unit_test(takes_attempts_of_a_class),
        cmocka_unit_test(takes_the_other_forms),
        cmocka_unit_test(refuses_what_has_no_such_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
