#include "control/control.h"

#include "control/run_folder.h"
#include "ration/clock.h"
#include "unit_directory.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <cmocka.h>

#define ID "20260131T235959-0123ab"
#define TAG 5

static struct unit_directory directory;
static struct control *control;
static int epoll;
static unsigned obeyed;
static struct control_command last;

static void obey(void *context, const struct control_command *command, struct control_answer *answer) {
    assert_ptr_equal(context, &obeyed);
    assert_true(answer->good);
    obeyed++;
    last = *command;
    answer->good = command->verb != CONTROL_STOP;
    (void)snprintf(answer->message, sizeof(answer->message), "heard %s", control_command_name(command->verb));
}

static int set_up(void **state) {
    (void)state;
    static const struct run_info info = {
        .run_id = ID, .pid = 1, .output = "/o", .input = "/i", .arena = "/a", .started = "now"};
    directory_make(&directory);
    (void)setenv("RATION_RUNTIME_DIR", directory_file(&directory, "run"), 1);
    obeyed = 0;
    control = control_open(&info);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    return control != NULL && epoll >= 0 && control_attach(control, epoll, TAG, obey, &obeyed) == 0 ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    control_close(control);
    (void)close(epoll);
    int left = access(directory_file(&directory, "run/" ID), F_OK);
    directory_remove(&directory);
    return left == -1 ? 0 : -1;
}

// The loop: as long as there is anything to do.
static void pump(uint64_t now) {
    struct epoll_event event[4];
    int count;
    while ((count = epoll_wait(epoll, event, 4, 0)) > 0) {
        for (int i = 0; i < count; i++) {
            assert_in_range(event[i].data.u32, TAG, TAG + CONTROL_TAGS - 1);
            control_event(control, event[i].data.u32, now);
        }
    }
}

static int call(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/run/" ID "/" RUN_FOLDER_SOCKET,
                   directory.path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static void say(int fd, const char *text) {
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

// All that came until the end of the connection; "" if it was hung up, NULL if nothing came and it stands.
static const char *hear(int fd) {
    static char text[CONTROL_COMMAND_MOST + 1];
    ssize_t n = recv(fd, text, sizeof(text) - 1, 0);
    if (n < 0 && errno == EAGAIN) {
        return NULL;
    }
    text[n > 0 ? n : 0] = '\0';
    return text;
}

static void obeys_and_answers(void **state) {
    (void)state;
    struct stat status;
    assert_int_equal(stat(directory_file(&directory, "run/" ID "/" RUN_FOLDER_SOCKET), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    int fd = call();
    pump(1);
    say(fd, "{\"command\":\"work");
    pump(1);
    assert_null(hear(fd));
    say(fd, "ers\",\"number\":8}\nand more");
    pump(1);
    assert_string_equal(hear(fd), "{\"ok\":true,\"message\":\"heard workers\"}\n");
    assert_string_equal(hear(fd), "");
    assert_int_equal(obeyed, 1);
    assert_int_equal(last.number, 8);
    assert_int_equal(close(fd), 0);
    fd = call();
    say(fd, "{\"command\":\"stop\"}\n");
    pump(1);
    assert_string_equal(hear(fd), "{\"ok\":false,\"message\":\"heard stop\"}\n");
    assert_int_equal(close(fd), 0);
}

static void broken_clients_do_no_harm(void **state) {
    (void)state;
    char long_line[CONTROL_COMMAND_MOST + 1];
    memset(long_line, 'x', sizeof(long_line));
    long_line[sizeof(long_line) - 1] = '\0';
    int fd = call();
    say(fd, long_line);
    pump(1);
    assert_non_null(strstr(hear(fd), "too long"));
    (void)close(fd);
    fd = call();
    say(fd, "\n");
    pump(1);
    assert_non_null(strstr(hear(fd), "\"ok\":false"));
    (void)close(fd);
    // Gone before, in the middle, and before the answer.
    (void)close(call());
    fd = call();
    say(fd, "{\"comm");
    (void)close(fd);
    fd = call();
    say(fd, "{\"command\":\"pause\"}\n");
    (void)close(fd);
    pump(1);
    assert_int_equal(obeyed, 0);
    // Only half gone: it may still wait for the answer.
    fd = call();
    say(fd, "{\"command\":\"pause\"}\n");
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    pump(1);
    assert_int_equal(obeyed, 1);
    assert_non_null(strstr(hear(fd), "heard pause"));
    (void)close(fd);
}

static void slow_clients_are_dropped(void **state) {
    (void)state;
    int slow = call();
    say(slow, "{");
    pump(1);
    control_tick(control, CONTROL_PATIENCE);
    assert_null(hear(slow));
    control_tick(control, CONTROL_PATIENCE + 1);
    assert_string_equal(hear(slow), "");
    (void)close(slow);
}

static void no_more_than_a_few_at_once(void **state) {
    (void)state;
    int fd[CONTROL_CLIENTS];
    for (unsigned i = 0; i < CONTROL_CLIENTS; i++) {
        fd[i] = call();
        pump(1);
    }
    int more = call();
    pump(1);
    assert_string_equal(hear(more), "");
    (void)close(more);
    (void)close(fd[3]);
    pump(1);
    more = call();
    say(more, "{\"command\":\"resume\"}\n");
    pump(1);
    assert_non_null(strstr(hear(more), "heard resume"));
    (void)close(more);
    for (unsigned i = 0; i < CONTROL_CLIENTS; i++) {
        if (i != 3) {
            assert_null(hear(fd[i]));
            (void)close(fd[i]);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(obeys_and_answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(broken_clients_do_no_harm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(slow_clients_are_dropped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_more_than_a_few_at_once, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
