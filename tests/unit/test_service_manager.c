#include "system/service_manager.h"

#include "ration/clock.h"
#include "unit_directory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

static struct unit_directory directory;
static int manager;

// A service manager listens at `name`; "@…" is a name of the abstract space.
static void listen_at(const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    assert_true(length < sizeof(address.sun_path));
    memcpy(address.sun_path, name, length + 1);
    if (name[0] == '@') {
        address.sun_path[0] = '\0';
    }
    manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    assert_true(manager >= 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (name[0] == '/'));
    assert_int_equal(bind(manager, (struct sockaddr *)&address, size), 0);
    assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
}

static void heard(const char *wanted) {
    char got[1024];
    ssize_t n = recv(manager, got, sizeof(got) - 1, 0);
    assert_true(n >= 0);
    got[n] = '\0';
    assert_string_equal(got, wanted);
}

static void heard_nothing(void) {
    char got[64];
    assert_true(recv(manager, got, sizeof(got), 0) < 0);
}

static int set_up(void **state) {
    (void)state;
    directory_make(&directory);
    (void)unsetenv("WATCHDOG_USEC");
    (void)unsetenv("WATCHDOG_PID");
    (void)unsetenv("NOTIFY_SOCKET");
    manager = -1;
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    if (manager >= 0) {
        (void)close(manager);
    }
    directory_remove(&directory);
    return 0;
}

static void tells_a_run(struct service_manager *service) {
    service_manager_begin(service);
    assert_null(getenv("NOTIFY_SOCKET"));
    heard_nothing();
    service_manager_ready(service);
    service_manager_ready(service);
    heard("READY=1");
    heard_nothing();
    assert_true(service_manager_due(service, 100 * CLOCK_SECOND));
    service_manager_status(service, "3/10 done\nand more", 100 * CLOCK_SECOND);
    heard("STATUS=3/10 done");
    assert_false(service_manager_due(service, 100 * CLOCK_SECOND + CLOCK_SECOND / 2));
    assert_true(service_manager_due(service, 101 * CLOCK_SECOND));
    service_manager_stopping(service);
    service_manager_stopping(service);
    heard("STOPPING=1");
    heard_nothing();
    service_manager_end(service);
    service_manager_end(service);
}

static void by_a_path(void **state) {
    (void)state;
    struct service_manager service;
    listen_at(directory_file(&directory, "notify"));
    tells_a_run(&service);
}

static void by_an_abstract_name(void **state) {
    (void)state;
    struct service_manager service;
    char name[64];
    (void)snprintf(name, sizeof(name), "@ration-test-%d", (int)getpid());
    listen_at(name);
    tells_a_run(&service);
}

static void signs_of_life(void **state) {
    (void)state;
    struct service_manager service;
    char pid[32];
    (void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
    listen_at(directory_file(&directory, "notify"));
    (void)setenv("WATCHDOG_USEC", "2000000", 1);
    (void)setenv("WATCHDOG_PID", pid, 1);
    service_manager_begin(&service);
    assert_null(getenv("WATCHDOG_USEC"));
    assert_null(getenv("WATCHDOG_PID"));
    service_manager_tick(&service, 50 * CLOCK_SECOND);
    heard("WATCHDOG=1");
    service_manager_tick(&service, 50 * CLOCK_SECOND + CLOCK_SECOND / 2);
    heard_nothing();
    service_manager_tick(&service, 51 * CLOCK_SECOND);
    heard("WATCHDOG=1");
    service_manager_end(&service);
}

static void signs_of_life_of_another(void **state) {
    (void)state;
    static const char *const wrong[][2] = {
        {"2000000", "1"}, {"soon", NULL}, {"", NULL}, {"99999999999999999999", NULL}};
    struct service_manager service;
    listen_at(directory_file(&directory, "notify"));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        (void)setenv("NOTIFY_SOCKET", directory_file(&directory, "notify"), 1);
        (void)setenv("WATCHDOG_USEC", wrong[i][0], 1);
        if (wrong[i][1] != NULL) {
            (void)setenv("WATCHDOG_PID", wrong[i][1], 1);
        }
        service_manager_begin(&service);
        service_manager_tick(&service, 50 * CLOCK_SECOND);
        heard_nothing();
        service_manager_end(&service);
    }
}

static void nobody_wants_to_know(void **state) {
    (void)state;
    static const char *const names[] = {NULL, "", "notify", "/", "vsock:2:1234"};
    char much[300];
    memset(much, 'x', sizeof(much) - 1);
    much[0] = '/';
    much[sizeof(much) - 1] = '\0';
    for (size_t i = 0; i <= sizeof(names) / sizeof(names[0]); i++) {
        const char *name = i < sizeof(names) / sizeof(names[0]) ? names[i] : much;
        struct service_manager service;
        if (name != NULL) {
            (void)setenv("NOTIFY_SOCKET", name, 1);
        }
        service_manager_begin(&service);
        assert_int_equal(service.fd, -1);
        assert_false(service_manager_due(&service, 100 * CLOCK_SECOND));
        service_manager_ready(&service);
        service_manager_tick(&service, 100 * CLOCK_SECOND);
        service_manager_status(&service, "well", 100 * CLOCK_SECOND);
        service_manager_stopping(&service);
        service_manager_end(&service);
    }
}

static void a_manager_that_went_or_is_deaf(void **state) {
    (void)state;
    struct service_manager service;
    listen_at(directory_file(&directory, "notify"));
    service_manager_begin(&service);
    for (uint64_t i = 0; i < 5000; i++) { // its queue is full soon
        service_manager_status(&service, "well", i);
    }
    assert_false(service.failed);
    (void)close(manager);
    manager = -1;
    service_manager_status(&service, "well", 0);
    assert_true(service.failed);
    service_manager_status(&service, "well", 0);
    service_manager_end(&service);
}

static void a_long_status_is_cut(void **state) {
    (void)state;
    struct service_manager service;
    char text[2000];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    listen_at(directory_file(&directory, "notify"));
    service_manager_begin(&service);
    service_manager_status(&service, text, 0);
    char got[1024];
    ssize_t n = recv(manager, got, sizeof(got), 0);
    assert_int_equal(n, 511);
    assert_memory_equal(got, "STATUS=xxx", 10);
    service_manager_end(&service);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(by_a_path, set_up, tear_down),
        cmocka_unit_test_setup_teardown(by_an_abstract_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(signs_of_life, set_up, tear_down),
        cmocka_unit_test_setup_teardown(signs_of_life_of_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_wants_to_know, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_manager_that_went_or_is_deaf, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_status_is_cut, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
