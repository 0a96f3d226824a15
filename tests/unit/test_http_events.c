#include "http/http_events.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct http_events events;
static struct http_listener listener;

// All that it hears until there is nothing more, `size` bytes at a time.
static const char *hear(size_t size) {
    static char text[65536];
    size_t length = 0;
    ssize_t n;
    while ((n = http_events_read(&events, &listener, text + length, size)) > 0) {
        length += (size_t)n;
    }
    text[length] = '\0';
    return text;
}

static int set_up(void **state) {
    (void)state;
    events = (struct http_events){.states = 0};
    http_events_join(&events, &listener);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    http_events_leave(&listener);
    http_events_free(&events);
    return 0;
}

#define GREETING "retry: 2000\n\n"

static void tells_the_latest_state(void **state) {
    (void)state;
    assert_string_equal(hear(100), GREETING);
    assert_string_equal(hear(100), "");
    http_events_state(&events, "{\"n\":1}");
    http_events_state(&events, "{\"n\":2}");
    assert_string_equal(hear(100), "event: status\ndata: {\"n\":2}\n\n");
    assert_string_equal(hear(100), "");
}

// It is in the middle of one state when others come: it gets that one whole, then the last.
static void who_is_slow_skips(void **state) {
    (void)state;
    char piece[32];
    (void)hear(100);
    http_events_state(&events, "{\"n\":1}");
    assert_int_equal(http_events_read(&events, &listener, piece, 5), 5);
    for (int i = 2; i < 1000; i++) {
        (void)snprintf(piece, sizeof(piece), "{\"n\":%d}", i);
        http_events_state(&events, piece);
    }
    assert_string_equal(hear(3), ": status\ndata: {\"n\":1}\n\nevent: status\ndata: {\"n\":999}\n\n");
}

static void alerts_are_kept_but_not_all(void **state) {
    (void)state;
    char text[32];
    (void)hear(100);
    http_events_alert(&events, "1");
    http_events_state(&events, "{}");
    http_events_alert(&events, "2");
    assert_string_equal(hear(7),
                        "event: alert\ndata: 1\n\nevent: alert\ndata: 2\n\nevent: status\ndata: {}\n\n");
    for (unsigned i = 0; i < HTTP_EVENTS_ALERTS + 5; i++) {
        (void)snprintf(text, sizeof(text), "%u", i);
        http_events_alert(&events, text);
    }
    assert_non_null(strstr(hear(100), "event: alert\ndata: 5\n\n"));
    struct http_listener late;
    http_events_join(&events, &late);
    assert_int_equal(late.alerts, events.alerts);
}

static void lines_cannot_be_forged(void **state) {
    (void)state;
    (void)hear(100);
    http_events_state(&events, "{\n \"a\":\r\n1}");
    assert_string_equal(hear(100), "event: status\ndata: {  \"a\":  1}\n\n");
}

static void the_end_is_the_end(void **state) {
    (void)state;
    char piece[8];
    (void)hear(100);
    http_events_state(&events, "{\"n\":1}");
    http_events_end(&events, "{\"n\":2}");
    assert_string_equal(hear(100), "event: status\ndata: {\"n\":1}\n\nevent: end\ndata: {\"n\":2}\n\n");
    assert_int_equal(http_events_read(&events, &listener, piece, sizeof(piece)), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tells_the_latest_state, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_is_slow_skips, set_up, tear_down),
        cmocka_unit_test_setup_teardown(alerts_are_kept_but_not_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_cannot_be_forged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_end_is_the_end, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
