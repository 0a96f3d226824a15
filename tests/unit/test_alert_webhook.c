#include "watch/alert_webhook.h"

#include "config/base_url.h"

#include "ration/clock.h"
#include "unit_told.h"

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

// A receiver that this process serves between the ticks.
static struct {
    int fd;
    char url[64];
    const char *status;
    uint32_t requests;
    char last[4096];
} receiver;
static uint64_t now; // flies

static int listening(void **state) {
    (void)state;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    now = clock_now();
    receiver.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    receiver.requests = 0;
    receiver.status = "200 OK";
    if (receiver.fd < 0 || bind(receiver.fd, (struct sockaddr *)&address, size) != 0 ||
        listen(receiver.fd, 16) != 0 || getsockname(receiver.fd, (struct sockaddr *)&address, &size) != 0) {
        return -1;
    }
    (void)snprintf(receiver.url, sizeof(receiver.url), "http://127.0.0.1:%u/secret?token=t",
                   ntohs(address.sin_port));
    return 0;
}

static int not_listening(void **state) {
    (void)state;
    return close(receiver.fd);
}

// Reads one request to its end, which is the end of its JSON.
static void receive(struct alert_webhook *webhook, int fd) {
    size_t length = 0;
    receiver.last[0] = '\0';
    for (int i = 0; i < 1000 && strchr(receiver.last, '}') == NULL; i++) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        alert_webhook_tick(webhook, now);
        if (poll(&wait, 1, 5) == 1) {
            ssize_t n = read(fd, receiver.last + length, sizeof(receiver.last) - 1 - length);
            length += n > 0 ? (size_t)n : 0;
            receiver.last[length] = '\0';
        }
    }
}

// One tick, and an answer to what has come.
static void round_once(struct alert_webhook *webhook) {
    char answer[128];
    now += 100 * CLOCK_MS;
    alert_webhook_tick(webhook, now);
    (void)poll(NULL, 0, 1);
    int fd = accept(receiver.fd, NULL, NULL);
    if (fd < 0) {
        return;
    }
    receive(webhook, fd);
    int n = snprintf(answer, sizeof(answer), "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                     receiver.status);
    assert_int_equal(write(fd, answer, (size_t)n), n);
    (void)close(fd);
    receiver.requests++;
}

static uint64_t settled(const struct alert_webhook *webhook) {
    struct alert_webhook_counts counts = alert_webhook_counts(webhook);
    return counts.delivered + counts.failed;
}

static void work_until(struct alert_webhook *webhook, uint64_t count) {
    for (int i = 0; i < 20000 && settled(webhook) < count; i++) {
        round_once(webhook);
    }
    assert_int_equal(settled(webhook), count);
}

static struct alert_webhook *begin(void) {
    struct alert_webhook *webhook = alert_webhook_new(receiver.url);
    assert_non_null(webhook);
    return webhook;
}

static void urls_are_checked(void **state) {
    (void)state;
    assert_null(base_url_webhook_problem("https://hooks.example.com/services/T0/B0?x=1&y=2"));
    assert_null(base_url_webhook_problem("http://127.0.0.1:8080"));
    static const char *const bad[] = {
        "",
        "hooks.example.com",
        "ftp://example.com/",
        "https://",
        "https://u:p@example.com/",
        "https://example.com/#a",
        "https://example.com/?a b",
        "https://example.com/?a#b",
        "file:///etc/passwd",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (base_url_webhook_problem(bad[i]) == NULL) {
            fail_msg("taken: \"%s\"", bad[i]);
        }
    }
}

static void alerts_arrive_in_order(void **state) {
    (void)state;
    struct alert_webhook *webhook = begin();
    alert_webhook_post(webhook, "{\"n\":1}");
    alert_webhook_post(webhook, "{\"n\":2}");
    work_until(webhook, 1);
    assert_non_null(strstr(receiver.last, "POST /secret?token=t HTTP/1.1\r\n"));
    assert_non_null(strstr(receiver.last, "Content-Type: application/json\r\n"));
    assert_non_null(strstr(receiver.last, "\r\n\r\n{\"n\":1}"));
    work_until(webhook, 2);
    assert_non_null(strstr(receiver.last, "\r\n\r\n{\"n\":2}"));
    assert_int_equal(alert_webhook_counts(webhook).delivered, 2);
    alert_webhook_end(webhook);
}

static void three_tries_then_it_is_told_without_the_url(void **state) {
    (void)state;
    struct unit_told told;
    struct alert_webhook *webhook = begin();
    receiver.status = "503 Later";
    uint64_t from = now;
    told_begin(&told);
    alert_webhook_post(webhook, "{\"n\":1}");
    work_until(webhook, 1);
    assert_int_equal(receiver.requests, 3);
    assert_true(now - from >= 5 * CLOCK_SECOND); // one second, then four
    alert_webhook_post(webhook, "{\"n\":2}");
    work_until(webhook, 2);
    const char *text = told_end(&told);
    assert_non_null(
        strstr(text, "--alert-webhook: 1 alerts could not be delivered: it answers with status 503"));
    assert_null(strstr(text, "secret"));
    assert_null(strstr(text, "token"));
    assert_ptr_equal(strstr(text, "WARNING"), strrchr(text, 'W')); // once a minute
    assert_int_equal(alert_webhook_counts(webhook).failed, 2);
    told_begin(&told);
    alert_webhook_end(webhook);
    assert_non_null(strstr(told_end(&told), "--alert-webhook: 2 of 2 alerts were not delivered"));
}

static void a_second_try_may_succeed(void **state) {
    (void)state;
    struct alert_webhook *webhook = begin();
    receiver.status = "500 Oops";
    alert_webhook_post(webhook, "{\"n\":1}");
    while (receiver.requests < 1) {
        round_once(webhook);
    }
    receiver.status = "204 No Content";
    work_until(webhook, 1);
    assert_int_equal(alert_webhook_counts(webhook).delivered, 1);
    assert_int_equal(receiver.requests, 2);
    alert_webhook_end(webhook);
}

static void the_queue_is_bounded(void **state) {
    (void)state;
    struct unit_told told;
    struct alert_webhook *webhook = begin();
    for (int i = 0; i < 100; i++) {
        alert_webhook_post(webhook, "{\"n\":1}");
    }
    assert_int_equal(alert_webhook_counts(webhook).dropped, 100 - ALERT_WEBHOOK_QUEUE);
    work_until(webhook, ALERT_WEBHOOK_QUEUE);
    told_begin(&told);
    alert_webhook_end(webhook);
    assert_non_null(strstr(told_end(&told), "36 of 100 alerts were not delivered"));
}

static void nobody_is_waited_for(void **state) {
    (void)state;
    struct unit_told told;
    struct alert_webhook *webhook = begin(); // connected by the kernel, never answered
    alert_webhook_post(webhook, "{\"n\":1}");
    uint64_t longest = 0;
    for (int i = 0; i < 20; i++) {
        uint64_t from = clock_now();
        alert_webhook_tick(webhook, from);
        uint64_t took = clock_now() - from;
        longest = took > longest ? took : longest;
        (void)poll(NULL, 0, 2);
    }
    assert_true(longest < CLOCK_SECOND);
    uint64_t from = clock_now();
    told_begin(&told);
    alert_webhook_end(webhook);
    (void)told_end(&told);
    assert_true(clock_now() - from >= 2 * CLOCK_SECOND);
    assert_true(clock_now() - from < 8 * CLOCK_SECOND);
    alert_webhook_end(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_checked),
        cmocka_unit_test_setup_teardown(alerts_arrive_in_order, listening, not_listening),
        cmocka_unit_test_setup_teardown(three_tries_then_it_is_told_without_the_url, listening,
                                        not_listening),
        cmocka_unit_test_setup_teardown(a_second_try_may_succeed, listening, not_listening),
        cmocka_unit_test_setup_teardown(the_queue_is_bounded, listening, not_listening),
        cmocka_unit_test_setup_teardown(nobody_is_waited_for, listening, not_listening),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
