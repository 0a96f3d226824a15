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

#define DAY (86400 * SECOND)
#define MS (SECOND / 1000)

// What the server sends, and how long we wait; NOTHING: it says nothing that can be read.
static void reads_the_wait(void **state) {
    (void)state;
    static const struct {
        const char *ms, *seconds, *date;
        uint64_t wait;
    } cases[] = {
        {"", "", "", NOTHING},
        {"", "0", "", 0},
        {"", "20", "", 20 * SECOND},
        {"", "+20", "", 20 * SECOND},
        {"", "0020", "", 20 * SECOND},
        {"", "\"20\"", "", 20 * SECOND},
        {"", "1.5", "", SECOND + SECOND / 2},
        {"", "0.0123456789999", "", 12345678},
        {"", "2s", "", 2 * SECOND},
        {"", "2 s", "", 2 * SECOND},
        {"", "1 s", "", SECOND},
        {"", "30 seconds", "", 30 * SECOND},
        {"", "250ms", "", 250 * MS},
        {"", "1m30s", "", 90 * SECOND},
        {"", "1 minute 30 seconds", "", 90 * SECOND},
        {"", "6h0m0s", "", 21600 * SECOND},
        {"", "2d", "", DAY},
        // Milliseconds
        {"250", "", "", 250 * MS},
        {"0.5", "", "", MS / 2},
        {"2s", "", "", 2 * SECOND},
        {"2000000000", "", "", DAY},
        // Of several the longest
        {"250", "20", "", 20 * SECOND},
        {"30000", "20", "", 30 * SECOND},
        {"", "3, 1", "", 3 * SECOND},
        {"", "1, 3", "", 3 * SECOND},
        {"", "1,3,2", "", 3 * SECOND},
        {"100, 700", "", "", 700 * MS},
        {"", "3, Sun, 06 Nov 1994 08:50:37 GMT, 1", "", 60 * SECOND},
        {"", "90, Sun, 06 Nov 1994 08:50:37 GMT", "", 90 * SECOND},
        {"bad", "3", "", 3 * SECOND},
        {"", "soon, 3", "", 3 * SECOND},
        // Bounded
        {"", "86401", "", DAY},
        {"", "31622399", "", DAY},
        {"", "31622401", "", NOTHING},
        {"86400000000", "3", "", 3 * SECOND},
        {"", "99999999999999999999999999999999999999", "", NOTHING},
        {"", "Sun, 06 Nov 2094 08:49:00 GMT", "", DAY},
        // Moments in three forms, and in others that servers use
        {"", "Sun, 06 Nov 1994 08:50:37 GMT", "", 60 * SECOND},
        {"", "Sunday, 06-Nov-94 08:50:37 GMT", "", 60 * SECOND},
        {"", "Sun Nov  6 08:50:37 1994", "", 60 * SECOND},
        {"", "1994-11-06T08:50:37Z", "", 60 * SECOND},
        {"", "1994-11-06T09:50:37+01:00", "", 60 * SECOND},
        {"", "1000000010", "Sun, 09 Sep 2001 01:46:40 GMT", 10 * SECOND},
        {"", "1000000010500", "Sun, 09 Sep 2001 01:46:40 GMT", 10 * SECOND + SECOND / 2},
        {"", "1000000000", "Sun, 09 Sep 2001 01:46:50 GMT", 0},
        {"", "Sun, 06 Nov 1994 08:49:00 GMT", "", 0},
        {"", "Sun, 06 Nov 1994 08:50:37 GMT", "broken", 60 * SECOND},
        {"", "Sun, 06 Nov 1994 08:50:37 GMT x", "", NOTHING},
        {"", "Sun, 99 Nov 1994 08:50:37 GMT", "", NOTHING},
        // The server's clock counts, not ours.
        {"", "Mon, 07 Nov 2039 08:50:37 GMT", "Mon, 07 Nov 2039 08:50:30 GMT", 7 * SECOND},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct retry_after_headers headers = {cases[i].ms, cases[i].seconds, cases[i].date};
        struct retry_after read = retry_after_read(&headers, WALL);
        uint64_t wait = read.told ? read.wait : NOTHING;
        if (wait != cases[i].wait) {
            fail_msg("\"%s\", \"%s\" at \"%s\": %llu ns", cases[i].ms, cases[i].seconds, cases[i].date,
                     (unsigned long long)wait);
        }
    }
}

static void ignores_garbage(void **state) {
    (void)state;
    static const char *const bad[] = {"-1", "-5", "1e3", "1.",    ".5", "5x",    "0x10",
                                      "so", "--", "nan", "1.2.3", ",",  "1s\x01"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct retry_after seconds = retry_after_read(&(struct retry_after_headers){"", bad[i], ""}, WALL);
        struct retry_after ms = retry_after_read(&(struct retry_after_headers){bad[i], "", ""}, WALL);
        if (seconds.told || ms.told) {
            fail_msg("taken: %s", bad[i]);
        }
        assert_int_equal(seconds.unreadable, strcmp(bad[i], ",") != 0);
    }
}

static void add(struct response *response, const char *line) {
    assert_true(response_add_header(response, line, strlen(line)));
}

static void finds_its_header(void **state) {
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
    add(&response, "x-ms-retry-after-ms: 90");
    add(&response, "Retry-After: 3\r\n");
    add(&response, "Retry-After: Sun, 06 Nov 1994 08:50:37 GMT\r\n");
    assert_string_equal(response.headers.retry_after_ms, "120, 90");
    assert_string_equal(response.headers.retry_after, "3, Sun, 06 Nov 1994 08:50:37 GMT");
    assert_string_equal(response.headers.request_id, "req_1");
    assert_string_equal(response.headers.should_retry, "true");
    add(&response, "x-should-retry: far too long for its place\r\n");
    add(&response, "x-request-id: \x1b[31mred\r\n");
    assert_string_equal(response.headers.should_retry, "true");
    assert_string_equal(response.headers.request_id, "req_1");
    response_clear(&response);
    assert_string_equal(response.headers.request_id, "");
}

// libcurl would unpack whatever it was built for: what was not asked for ends the exchange before a byte of
// it.
static void an_encoding_that_was_not_asked_for_ends_it(void **state) {
    (void)state;
    static const struct {
        const char *lines[3];
        bool accepted;
    } cases[] = {
        {{"Content-Encoding: gzip\r\n"}, true},
        {{"content-encoding:GZIP\r\n"}, true},
        {{"Content-Encoding: x-gzip\r\n"}, true},
        {{"Content-Encoding: identity\r\n"}, true},
        {{"Content-Encoding:\r\n"}, true},
        {{"Content-Encoding: identity, gzip\r\n"}, true},
        {{"Transfer-Encoding: chunked\r\n", "Content-Encoding: gzip\r\n"}, true},
        {{"Content-Encodings: br\r\n", "X-Content-Encoding: br\r\n"}, true},
        {{"HTTP/1.1 103 Early Hints\r\n", "HTTP/1.1 200 OK\r\n", "Content-Encoding: gzip\r\n"}, true},
        {{"Content-Encoding: deflate\r\n"}, false},
        {{"Content-Encoding: br\r\n"}, false},
        {{"Content-Encoding: zstd\r\n"}, false},
        {{"Content-Encoding: compress\r\n"}, false},
        {{"Content-Encoding: x-anything\r\n"}, false},
        {{"Content-Encoding: gzip; q=1\r\n"}, false},
        {{"Content-Encoding: gzip, gzip\r\n"}, false},
        {{"Content-Encoding: gzip,br\r\n"}, false},
        {{"Content-Encoding: gzip\r\n", "Content-Encoding: gzip\r\n"}, false},
        {{"Content-Encoding: identity\r\n", "CONTENT-ENCODING:\tbr\r\n"}, false},
        {{"Transfer-Encoding: gzip, chunked\r\n"}, false},
        {{"Transfer-Encoding: br\r\n"}, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct response response = {0};
        bool accepted = true;
        for (size_t k = 0; accepted && k < 3 && cases[i].lines[k] != NULL; k++) {
            accepted = response_add_header(&response, cases[i].lines[k], strlen(cases[i].lines[k]));
        }
        if (accepted != cases[i].accepted || response.encoded == accepted) {
            fail_msg("%s", cases[i].lines[0]);
        }
    }
}

static void keeps_to_its_bounds(void **state) {
    (void)state;
    struct response response = {0};
    char line[1024];
    (void)memset(line, 'a', sizeof(line));
    int lines = 0;
    while (response_add_header(&response, line, sizeof(line))) {
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
        cmocka_unit_test(reads_the_wait),      cmocka_unit_test(ignores_garbage),
        cmocka_unit_test(finds_its_header),    cmocka_unit_test(an_encoding_that_was_not_asked_for_ends_it),
        cmocka_unit_test(keeps_to_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
