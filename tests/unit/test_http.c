// The server as a client meets it: real sockets, one loop, no threads.
#include "http/http.h"

#include "http/http_library.h"
#include "http/http_streams.h"
#include "ration/clock.h"
#include "unit_told.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <cmocka.h>

#define TAG 9
#define TOKEN "0123456789abcdef"
#define AUTHORISED "Authorization: Bearer " TOKEN "\r\n"
#define HEARD_MOST (1U << 20)

static struct http *http;
static int epoll;
static uint64_t ahead; // what the clock of the server's loop is set ahead
static unsigned obeyed, made;
static char heard[HEARD_MOST + 1];
static size_t padding; // of the status

static char *status(void *context) {
    (void)context;
    made++;
    char *text = malloc(padding + 64);
    int length = snprintf(text, padding + 64, "{\"made\":%u,\"padding\":\"", made);
    memset(text + length, 'x', padding);
    memcpy(text + length + padding, "\"}", 3);
    return text;
}

static char *answer(void *context, enum http_what what, bool *well) {
    *well = true;
    return what == HTTP_METRICS || what == HTTP_REQUESTS ? strdup("ration_up 1\n") : status(context);
}

static void obey(void *context, const struct control_command *command, struct control_answer *answer) {
    (void)context;
    obeyed++;
    (void)snprintf(answer->message, sizeof(answer->message), "heard %s", control_command_name(command->verb));
}

static int set_up_with(const char *token) {
    struct listen_address listen;
    const char *wrong;
    static const struct http_hooks hooks = {.read = answer, .obey = obey};
    (void)signal(SIGPIPE, SIG_IGN);
    obeyed = made = 0;
    padding = ahead = 0;
    epoll = epoll_create1(EPOLL_CLOEXEC);
    return listen_address_parse("127.0.0.1:0", &listen, &wrong) == 0 &&
                   (http = http_open(&listen, NULL)) != NULL &&
                   http_attach(http, epoll, TAG, &hooks, token) == 0
               ? 0
               : -1;
}

static int set_up(void **state) {
    (void)state;
    return set_up_with(TOKEN);
}

static int set_up_without_token(void **state) {
    (void)state;
    return set_up_with(NULL);
}

static int tear_down(void **state) {
    (void)state;
    http_close(http, NULL);
    (void)close(epoll);
    return 0;
}

// One round of the loop.
static void turn(void) {
    struct epoll_event event[4];
    static uint64_t ticked;
    int count = epoll_wait(epoll, event, 4, http_wait(http, 1));
    uint64_t now = clock_now() + ahead;
    for (int i = 0; i < count; i++) {
        assert_int_equal(event[i].data.u32, TAG);
    }
    if (count > 0 || http_wait(http, 1) == 0) {
        http_event(http);
    }
    if (now - ticked > 20 * CLOCK_MS) {
        ticked = now;
        http_tick(http, now);
    }
}

static int call(void) {
    struct listen_address listen = *http_listening(http);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(connect(fd, &listen.address.any, listen.length) == 0 || errno == EINPROGRESS);
    return fd;
}

static void say(int fd, const char *text) {
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    size_t length = strlen(text);
    while (length > 0) {
        ssize_t n = send(fd, text, length, MSG_NOSIGNAL);
        if (n < 0) {
            assert_int_equal(errno, EAGAIN);
            turn();
            (void)poll(&ready, 1, 1);
            continue;
        }
        text += n;
        length -= (size_t)n;
    }
}

// Hears until the text has come, or the server has hung up. False: neither in a long time.
static bool hear_until(int fd, const char *text) {
    size_t length = 0;
    uint64_t end = clock_now() + 20 * CLOCK_SECOND;
    heard[0] = '\0';
    while (clock_now() < end && length < HEARD_MOST) {
        ssize_t n = recv(fd, heard + length, HEARD_MOST - length, 0);
        if (n > 0) {
            length += (size_t)n;
            heard[length] = '\0';
        }
        if ((n > 0 && text != NULL && strstr(heard, text) != NULL) || n == 0 ||
            (n < 0 && errno == ECONNRESET)) {
            return true;
        }
        turn();
    }
    return false;
}

// Sends one request and hears its whole answer; its status.
static unsigned ask(const char *head, const char *more, const char *body) {
    char request[4096];
    int fd = call();
    (void)snprintf(request, sizeof(request),
                   "%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n%s", head, more, body);
    say(fd, request);
    assert_true(hear_until(fd, NULL));
    (void)close(fd);
    return strncmp(heard, "HTTP/1.1 ", 9) == 0 ? (unsigned)strtoul(heard + 9, NULL, 10) : 0;
}

static bool hears(const char *text) {
    return strstr(heard, text) != NULL;
}

static void reading(void **state) {
    (void)state;
    assert_int_equal(ask("GET /", "", ""), 200);
    assert_true(hears("script-src 'sha256-") && hears("frame-ancestors 'none'") &&
                hears("X-Frame-Options: DENY"));
    assert_true(hears("nosniff") && hears("no-store") && hears("<script>"));
    assert_false(hears("Access-Control"));
    assert_int_equal(ask("GET /queue/status?x=1", "", ""), 200);
    assert_true(hears("Content-Type: application/json") && hears("{\"made\":1,"));
    assert_int_equal(ask("GET /metrics", "", ""), 200);
    assert_true(hears("text/plain; version=0.0.4") && hears("ration_up 1\n"));
    assert_int_equal(ask("HEAD /queue/status", "", ""), 200);
    assert_false(hears("made"));
    assert_int_equal(ask("HEAD /events", "", ""), 200);
    assert_int_equal(ask("GET /nothing", "", ""), 404);
    assert_int_equal(ask("GET /pause", "", ""), 405);
    assert_true(hears("Allow: POST\r\n"));
    assert_int_equal(ask("DELETE /metrics", "", ""), 405);
    assert_true(hears("Allow: GET, HEAD\r\n"));
    assert_int_equal(ask("GET /metrics", "Origin: http://evil.example\r\n", ""), 403);
    assert_int_equal(obeyed, 0);
}

static void hosts(void **state) {
    (void)state;
    int fd = call();
    say(fd, "GET /queue/status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assert_true(hear_until(fd, NULL));
    assert_true(hears("HTTP/1.1 421 "));
    (void)close(fd);
    fd = call();
    say(fd, "GET /queue/status HTTP/1.0\r\n\r\n");
    assert_true(hear_until(fd, NULL));
    assert_true(hears(" 421 "));
    (void)close(fd);
}

static void changing(void **state) {
    (void)state;
    static struct unit_told told;
    told_begin(&told);
    assert_int_equal(ask("POST /pause", "", ""), 401);
    assert_true(hears("WWW-Authenticate: Bearer"));
    assert_int_equal(ask("POST /pause", "Authorization: Bearer 0123456789abcdeX\r\n", ""), 401);
    assert_int_equal(ask("POST /pause", AUTHORISED "Origin: http://evil.example\r\n", ""), 403);
    assert_int_equal(ask("POST /pause", AUTHORISED "Sec-Fetch-Site: cross-site\r\n", ""), 403);
    assert_int_equal(ask("POST /workers", "Content-Length: 13\r\n", "{\"workers\":8}"), 401);
    assert_int_equal(obeyed, 0);
    assert_int_equal(ask("POST /pause", AUTHORISED, ""), 200);
    assert_true(hears("{\"ok\":true,\"message\":\"heard pause\"}"));
    assert_int_equal(ask("POST /workers", AUTHORISED "Content-Length: 13\r\n", "{\"workers\":8}"), 200);
    assert_int_equal(ask("POST /workers", AUTHORISED "Content-Length: 2\r\n", "{}"), 400);
    assert_int_equal(ask("POST /rate-limiter/reset", AUTHORISED, ""), 200);
    assert_int_equal(ask("POST /workers", AUTHORISED "Content-Length: 2000000000000\r\n", "{"), 413);
    assert_int_equal(obeyed, 3);
    const char *lines = told_end(&told);
    assert_non_null(strstr(lines, "POST /workers from 127.0.0.1:"));
    assert_non_null(strstr(lines, "refused /pause to 127.0.0.1:"));
    assert_null(strstr(lines, TOKEN));
}

static void without_a_token_nothing_changes(void **state) {
    (void)state;
    assert_int_equal(ask("POST /pause", "", ""), 403);
    assert_int_equal(ask("POST /pause", "Authorization: Bearer \r\n", ""), 403);
    assert_int_equal(ask("GET /queue/status", "", ""), 200);
    assert_int_equal(obeyed, 0);
}

static void bodies_in_pieces(void **state) {
    (void)state;
    char piece[1100];
    memset(piece, 'x', sizeof(piece));
    memcpy(piece, "400\r\n", 5);
    memcpy(piece + 5 + 1024, "\r\n", 3);
    int fd = call();
    say(fd, "POST /workers HTTP/1.1\r\nHost: localhost\r\n" AUTHORISED
            "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"wor\r\n");
    turn();
    say(fd, "8\r\nkers\":4}\r\n0\r\n\r\n");
    assert_true(hear_until(fd, "heard workers"));
    // The connection goes on.
    say(fd, "POST /workers HTTP/1.1\r\nHost: localhost\r\n" AUTHORISED "Transfer-Encoding: chunked\r\n\r\n");
    say(fd, piece);
    say(fd, piece);
    say(fd, "0\r\n\r\n");
    assert_true(hear_until(fd, "too long"));
    assert_true(hears(" 413 "));
    // A body without an end is not read for ever.
    say(fd, "POST /workers HTTP/1.1\r\nHost: localhost\r\n" AUTHORISED "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 200 && send(fd, piece, strlen(piece), MSG_NOSIGNAL) > 0; i++) {
        turn();
    }
    assert_true(hear_until(fd, NULL));
    (void)close(fd);
    assert_int_equal(obeyed, 1);
}

#define LISTEN "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"

static void events(void **state) {
    (void)state;
    int fd = call();
    say(fd, LISTEN);
    assert_true(hear_until(fd, "\"made\":1,"));
    assert_true(hears("Content-Type: text/event-stream") && hears("retry: ") &&
                hears("event: status\ndata: {"));
    assert_true(hear_until(fd, "\"made\":2,")); // the next second's
    http_alert(http, "{\"text\":\"a b\"}");
    assert_true(hear_until(fd, "event: alert\ndata: {\"text\":\"a b\"}\n\n"));
    (void)close(fd);
    unsigned before = made;
    for (int i = 0; i < 300; i++) {
        ahead += CLOCK_SECOND / 10;
        turn();
    }
    assert_in_range(made - before, 0, 3); // nobody listens: nothing is made
}

static void the_end_is_told(void **state) {
    (void)state;
    int fd = call();
    say(fd, LISTEN);
    assert_true(hear_until(fd, "\"made\":1,"));
    http_close(http, "{\"last\":1}");
    ssize_t n = recv(fd, heard, HEARD_MOST, 0);
    heard[n > 0 ? n : 0] = '\0';
    assert_true(hears("event: end\ndata: {\"last\":1}\n\n"));
    (void)close(fd);
    http = NULL;
}

static void no_more_listeners_than_allowed(void **state) {
    (void)state;
    int fd[HTTP_LISTENERS];
    for (unsigned i = 0; i < HTTP_LISTENERS; i++) {
        fd[i] = call();
        say(fd[i], LISTEN);
        assert_true(hear_until(fd[i], "event: status"));
    }
    assert_int_equal(ask("GET /events", "", ""), 503);
    assert_true(hears("Retry-After: 10"));
    (void)close(fd[5]);
    fd[5] = -1;
    for (int i = 0; i < 5; i++) {
        ahead += CLOCK_SECOND; // its end is seen with the next state
        turn();
    }
    fd[5] = call();
    say(fd[5], LISTEN);
    assert_true(hear_until(fd[5], "event: status"));
    for (unsigned i = 0; i < HTTP_LISTENERS; i++) {
        (void)close(fd[i]);
    }
}

// Hears some states more: how many there were, and the number of the last.
static void latest_heard(int fd, unsigned out[2]) {
    size_t length = 0;
    uint64_t end = clock_now() + 20 * CLOCK_SECOND;
    out[0] = out[1] = 0;
    while (clock_now() < end && out[1] < 60) {
        ssize_t n = recv(fd, heard + length, HEARD_MOST - length, 0);
        length += n > 0 ? (size_t)n : 0;
        heard[length] = '\0';
        out[0] = 0;
        for (const char *at = heard; (at = strstr(at, "\"made\":")) != NULL; at++) {
            out[0]++;
            out[1] = (unsigned)strtoul(at + 7, NULL, 10);
        }
        turn();
    }
}

// Someone who reads nothing gets the latest state when he reads again, and holds no memory meanwhile; the
// others are not held up.
static void who_does_not_read_is_skipped(void **state) {
    (void)state;
    padding = 60000;
    int small = 4096;
    int slow = call();
    (void)setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    int other = call();
    say(slow, LISTEN);
    say(other, LISTEN);
    assert_true(hear_until(other, "\"made\":"));
    for (int i = 0; i < 60; i++) {
        ahead += CLOCK_SECOND;
        turn();
        while (recv(other, heard, HEARD_MOST, 0) > 0) {}
    }
    assert_int_equal(ask("GET /metrics", "", ""), 200);
    unsigned states[2];
    latest_heard(slow, states);
    assert_true(states[0] <= 20 && states[1] >= 60); // few, the last of them new
    (void)close(slow);
    (void)close(other);
}

static void who_dawdles_is_hung_up_on(void **state) {
    (void)state;
    int silent = call();
    int slow = call();
    say(slow, "GET /metrics HTTP/1.1\r\nHost: loc");
    for (int i = 0; i < 10; i++) {
        turn();
    }
    ahead += (HTTP_PATIENCE_S + 1) * CLOCK_SECOND;
    assert_true(hear_until(slow, NULL));
    assert_true(hear_until(silent, NULL));
    assert_string_equal(heard, "");
    (void)close(silent);
    (void)close(slow);
    assert_int_equal(ask("GET /metrics", "", ""), 200);
}

static void broken_requests(void **state) {
    (void)state;
    static const char *const broken[] = {
        "\r\n\r\n\r\n\r\n",
        "GET\r\n\r\n",
        "nonsense\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost\r\n\r\n",
        "POST /pause HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        "POST /pause HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /pause HTTP/1.1\r\nHost: localhost\r\n" AUTHORISED
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        "GET /%00/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    };
    static char endless[200001];
    memset(endless, 'x', sizeof(endless) - 1);
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        int fd = call();
        say(fd, broken[i]);
        (void)shutdown(fd, SHUT_WR);
        assert_true(hear_until(fd, NULL));
        (void)close(fd);
    }
    int fd = call();
    say(fd, "GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: ");
    for (int i = 0; i < 100 && send(fd, endless, sizeof(endless) - 1, MSG_NOSIGNAL) > 0; i++) {
        turn();
    }
    assert_true(hear_until(fd, NULL));
    (void)close(fd);
    fd = call();
    say(fd, LISTEN);
    turn();
    struct linger linger = {.l_onoff = 1};
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    (void)close(fd); // a reset
    assert_int_equal(obeyed, 0);
    assert_int_equal(ask("GET /metrics", "", ""), 200);
}

// Far more connections than may be: those that are in are served, the others wait, and the loop is never held
// up.
static void hundreds_at_once(void **state) {
    (void)state;
    enum { MANY = 400 };
    int fd[MANY];
    unsigned answered = 0;
    uint64_t longest = 0;
    for (int i = 0; i < MANY; i++) {
        struct pollfd ready = {.fd = fd[i] = call(), .events = POLLOUT};
        assert_int_equal(poll(&ready, 1, 5000), 1); // connected by the kernel; nobody has accepted it yet
        say(fd[i], "GET /queue/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }
    uint64_t end = clock_now() + 20 * CLOCK_SECOND;
    while (answered < MANY && clock_now() < end) {
        for (int i = 0; i < MANY; i++) {
            if (fd[i] >= 0 && recv(fd[i], heard, HEARD_MOST, 0) > 0) {
                (void)close(fd[i]);
                fd[i] = -1;
                answered++;
            }
        }
        uint64_t began = clock_now();
        turn();
        longest = clock_now() - began > longest ? clock_now() - began : longest;
    }
    assert_int_equal(answered, MANY);
    assert_in_range(made, 1, 120); // five a second, whoever asks
    print_message("# %u answered, longest round %u us, status made %u times\n", answered,
                  (unsigned)(longest / 1000), made);
    for (int i = 0; i < MANY; i++) {
        if (fd[i] >= 0) {
            (void)close(fd[i]);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reading, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hosts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(changing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_token_nothing_changes, set_up_without_token, tear_down),
        cmocka_unit_test_setup_teardown(bodies_in_pieces, set_up, tear_down),
        cmocka_unit_test_setup_teardown(events, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_end_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_more_listeners_than_allowed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_does_not_read_is_skipped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_dawdles_is_hung_up_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(broken_requests, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hundreds_at_once, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
