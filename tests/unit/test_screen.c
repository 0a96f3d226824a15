#include "ration/screen.h"

#include "ration/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#define LINE 100U

static struct { int reader, writer, kept[3]; } stage;

// Standard error and output are the writing end from now on.
static void put_on(int reader, int writer) {
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        stage.kept[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        assert_true(stage.kept[fd] >= 0);
    }
    (void)fflush(stdout);
    stage.reader = reader;
    stage.writer = writer;
    if (dup2(writer, STDOUT_FILENO) < 0 || dup2(writer, STDERR_FILENO) < 0) {
        abort();
    }
    screen_begin();
}

static void take_off(void) {
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        if (dup2(stage.kept[fd], fd) < 0) {
            abort();
        }
        (void)close(stage.kept[fd]);
    }
    (void)close(stage.reader);
    (void)close(stage.writer);
}

static void small_pipe(void) {
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(fcntl(ends[1], F_SETPIPE_SZ, PIPE_BUF), PIPE_BUF);
    put_on(ends[0], ends[1]);
}

static bool line(unsigned number) {
    char text[LINE + 1];
    (void)snprintf(text, sizeof(text), "%08u %*s", number, (int)LINE - 10, "x");
    text[LINE - 1] = '\n';
    return screen_line(text, LINE);
}

// Reads all there is, and shows what is kept, until nothing more comes. Counts lines, which have numbers in
// sequence from `first` on.
static unsigned hear(unsigned first) {
    static char text[SCREEN_ROOM * 2];
    size_t used = 0;
    (void)fcntl(stage.reader, F_SETFL, O_NONBLOCK);
    for (;;) {
        ssize_t n = read(stage.reader, text + used, sizeof(text) - used);
        if (n <= 0) {
            break;
        }
        used += (size_t)n;
        screen_flush();
    }
    unsigned lines = (unsigned)(used / LINE);
    if (used != lines * LINE) {
        abort();
    }
    for (unsigned i = 0; i < lines; i++) {
        if ((unsigned)strtoul(text + i * LINE, NULL, 10) != first + i || text[i * LINE + LINE - 1] != '\n') {
            abort();
        }
    }
    return lines;
}

// Kept in their sequence and whole; dropped beyond that, and counted; told once there is room.
static void keep_drop_and_count(void) {
    unsigned shown = 0, dropped = 0;
    for (unsigned i = 0; i < 4000; i++) {
        if (line(i)) {
            assert_int_equal(dropped, 0); // what comes later does not overtake what is to be told
            shown++;
        } else {
            dropped++;
        }
    }
    assert_true(shown * LINE > SCREEN_ROOM - LINE && dropped > 0);
    assert_int_equal(screen_missed(), 0); // there is no room to tell it
    screen_picture("picture", 7);         // left out
    assert_int_equal(hear(0), shown);
    assert_int_equal(screen_missed(), dropped);
    assert_int_equal(screen_missed(), 0);
    assert_true(line(9999));
    assert_int_equal(hear(9999), 1);
}

static void a_full_pipe_holds_nothing_up(void **state) {
    (void)state;
    small_pipe();
    int flags = fcntl(stage.writer, F_GETFL);
    keep_drop_and_count();
    assert_int_equal(fcntl(stage.writer, F_GETFL) & O_NONBLOCK,
                     flags & O_NONBLOCK); // that of others is as it was
    take_off();
}

static void nor_does_a_full_socket(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    put_on(ends[0], ends[1]);
    keep_drop_and_count();
    take_off();
}

static void a_picture_is_whole_or_not_there(void **state) {
    (void)state;
    static char big[3 * PIPE_BUF];
    static char text[sizeof(big)];
    small_pipe();
    memset(big, 'p', sizeof(big));
    screen_picture(big, sizeof(big));
    screen_picture("second", 6);
    size_t used = 0;
    for (ssize_t n; used < sizeof(big) && (n = read(stage.reader, text + used, sizeof(text) - used)) > 0;) {
        used += (size_t)n;
        screen_flush();
    }
    assert_memory_equal(text, big, sizeof(big));
    (void)fcntl(stage.reader, F_SETFL, O_NONBLOCK);
    assert_int_equal(read(stage.reader, text, 1), -1);
    take_off();
}

static void the_end_is_bounded_and_tells(void **state) {
    (void)state;
    small_pipe();
    unsigned all = 0;
    while (all < 100) {
        assert_true(line(all++));
    }
    uint64_t began = clock_now();
    assert_int_equal(screen_end(50 * CLOCK_MS, 100 * CLOCK_MS), 100 - PIPE_BUF / LINE);
    assert_true(clock_now() - began >= 50 * CLOCK_MS);
    assert_int_equal(screen_end(CLOCK_SECOND, CLOCK_SECOND), 0); // nothing is left to wait for
    char text[2 * PIPE_BUF] = "";
    assert_false(screen_print(text, sizeof(text), 20 * CLOCK_MS, 20 * CLOCK_MS));
    take_off();
}

static void a_reader_that_has_gone_is_none(void **state) {
    (void)state;
    small_pipe();
    (void)close(stage.reader);
    for (unsigned i = 0; i < 3000; i++) {
        assert_true(line(i));
    }
    assert_int_equal(screen_end(CLOCK_SECOND, CLOCK_SECOND), 0);
    assert_false(screen_print("text", 4, CLOCK_SECOND, CLOCK_SECOND));
    stage.reader = open("/dev/null", O_RDONLY | O_CLOEXEC);
    take_off();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_pipe_holds_nothing_up),    cmocka_unit_test(nor_does_a_full_socket),
        cmocka_unit_test(a_picture_is_whole_or_not_there), cmocka_unit_test(the_end_is_bounded_and_tells),
        cmocka_unit_test(a_reader_that_has_gone_is_none),
    };
    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
