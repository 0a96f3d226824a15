#include "exchange/response.h"
#include "limits/retry_after.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SECOND 1000000000ULL
#define WALL (784111777ULL * SECOND) // Sun, 06 Nov 1994 08:49:37 GMT
#define NOTHING UINT64_MAX

static uint64_t wait_of(const char *ms, const char *seconds, const char *date) {
    struct retry_after_headers headers = {.retry_after_ms = ms, .retry_after = seconds, .date = date};
    uint64_t wait = 0;
    return retry_after_read(&headers, WALL, &wait) ? wait : NOTHING;
}

static void test_numbers(void **state) {
    (void)state;
    assert_int_equal(wait_of("", "", ""), NOTHING);
    assert_int_equal(wait_of("", "0", ""), 0);
    assert_int_equal(wait_of("", "20", ""), 20 * SECOND);
    assert_int_equal(wait_of("", "1.5", ""), SECOND + SECOND / 2);
    assert_int_equal(wait_of("", "0.0123456789999", ""), 12345678);
    assert_int_equal(wait_of("250", "20", ""), SECOND / 4);
    assert_int_equal(wait_of("0.5", "", ""), 500000);
    assert_int_equal(wait_of("bad", "3", ""), 3 * SECOND);
    assert_int_equal(wait_of("", "86401", ""), RETRY_AFTER_LONGEST);
    assert_int_equal(wait_of("", "31622400", ""), RETRY_AFTER_LONGEST);
    assert_int_equal(wait_of("86400000000", "3", ""), 3 * SECOND);
    assert_int_equal(wait_of("", "99999999999999999999999999999999999999", ""), NOTHING);
}

static void test_garbage(void **state) {
    (void)state;
    static const char *const bad[] = {"-1",   "+1",   "1e3", "1.",  ".5", "1 s",
                                      "0x10", "soon", "1,5", "nan", "--", "1.2.3"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(wait_of("", bad[i], ""), NOTHING);
        assert_int_equal(wait_of(bad[i], "", ""), NOTHING);
    }
}

static void test_dates(void **state) {
    (void)state;
    assert_int_equal(wait_of("", "Sun, 06 Nov 1994 08:50:37 GMT", ""), 60 * SECOND);
    assert_int_equal(wait_of("", "Sunday, 06-Nov-94 08:50:37 GMT", ""), 60 * SECOND);
    assert_int_equal(wait_of("", "Sun Nov  6 08:50:37 1994", ""), 60 * SECOND);
    assert_int_equal(wait_of("", "Sun, 06 Nov 1994 08:49:00 GMT", ""), 0);
    assert_int_equal(wait_of("", "Sun, 06 Nov 1995 08:49:00 GMT", ""), RETRY_AFTER_LONGEST);
    // The server's clock counts, not ours.
    assert_int_equal(wait_of("", "Mon, 07 Nov 2039 08:50:37 GMT", "Mon, 07 Nov 2039 08:50:30 GMT"),
                     7 * SECOND);
    assert_int_equal(wait_of("", "Sun, 06 Nov 1994 08:50:37 GMT", "broken"), 60 * SECOND);
    assert_int_equal(wait_of("", "Sun, 06 Nov 1994 08:50:37 GMT x", ""), NOTHING);
    assert_int_equal(wait_of("", "Sun, 99 Nov 1994 08:50:37 GMT", ""), NOTHING);
}

static void add(struct response *response, const char *line) {
    assert_true(response_add_header(response, line, strlen(line)));
}

static void test_header_lines(void **state) {
    (void)state;
    struct response response = {0};
    add(&response, "HTTP/1.1 100 Continue\r\n");
    add(&response, "Retry-After: 9\r\n");
    add(&response, "HTTP/1.1 429 Too Many Requests\r\n");
    add(&response, "RETRY-AFTER-MS:\t 120 \r\n");
    add(&response, "x-request-id: req_1\r\n");
    add(&response, "x-should-retry: true");
    add(&response, "Retry-After2: 7\r\n");
    add(&response, "no colon\r\n");
    add(&response, ": no name\r\n");
    add(&response, "\r\n");
    assert_string_equal(response.headers.retry_after, "");
    assert_string_equal(response.headers.retry_after_ms, "120");
    assert_string_equal(response.headers.request_id, "req_1");
    assert_string_equal(response.headers.should_retry, "true");
    add(&response, "x-should-retry: far too long for its place\r\n");
    add(&response, "x-request-id: \x1b[31mred\r\n");
    assert_string_equal(response.headers.should_retry, "true");
    assert_string_equal(response.headers.request_id, "req_1");
    response_clear(&response);
    assert_string_equal(response.headers.request_id, "");
}

static void test_bounds(void **state) {
    (void)state;
    struct response response = {0};
    char line[1024];
    (void)memset(line, 'a', sizeof line);
    int lines = 0;
    while (response_add_header(&response, line, sizeof line)) {
        lines++;
    }
    assert_int_equal(lines, 64);
    assert_true(response.too_large);
    response_clear(&response);
    assert_true(response_add_body(&response, line, 600, 1000));
    assert_true(response_add_body(&response, line, 400, 1000));
    assert_false(response_add_body(&response, line, 1, 1000));
    assert_true(response.too_large);
    assert_int_equal(response.body.length, 1000);
    response_free(&response);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),      cmocka_unit_test(test_garbage), cmocka_unit_test(test_dates),
        cmocka_unit_test(test_header_lines), cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
