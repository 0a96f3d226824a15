// A program that was held when a run began is what is started later, whatever stands in its place.
#include "system/program_held.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST 20 // the first descriptor that the child may not have

extern char **environ;

static void copy(const char *from, const char *to) {
    char bytes[65536];
    int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
    assert_true(in >= 0 && out >= 0);
    for (ssize_t n; (n = read(in, bytes, sizeof(bytes))) > 0;) {
        assert_int_equal(write(out, bytes, (size_t)n), n);
    }
    assert_int_equal(close(in) | close(out), 0);
}

// The exit status of the child that becomes it; it tells whether it has the descriptor FIRST + 1.
static int status_of(const struct program_held *program) {
    static char name[] = "held", option[] = "-c",
                script[] = "test -e /proc/self/fd/19 -a ! -e /proc/self/fd/21";
    char *const arguments[] = {name, option, script, NULL};
    int status = -1;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (dup2(STDERR_FILENO, FIRST - 1) >= 0 && dup2(STDERR_FILENO, FIRST + 1) >= 0) {
            program_held_become(program, FIRST, arguments, environ);
        }
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

// The shell's status is 0, that of false(1) is 1.
static void test_what_stands_there_later_is_not_started(void **state) {
    static const struct {
        const char *name, *other; // what takes its place; "": nothing does; NULL: it stays
    } table[] = {{"as it was", NULL}, {"another", "/bin/false"}, {"taken away", ""}};
    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char folder[] = "/tmp/ration-held.XXXXXX", path[64], other[64];
        struct program_held program;
        assert_non_null(mkdtemp(folder));
        (void)snprintf(path, sizeof(path), "%s/program", folder);
        (void)snprintf(other, sizeof(other), "%s/other", folder);
        copy("/bin/sh", path);
        assert_int_equal(program_held_open(&program, strdup(path)), 0);
        if (table[i].other != NULL && table[i].other[0] != '\0') {
            copy(table[i].other, other);
            assert_int_equal(rename(other, path), 0);
        } else if (table[i].other != NULL) {
            assert_int_equal(unlink(path), 0);
        }
        if (status_of(&program) != 0) {
            fail_msg("%s: not what was held, or with descriptors that it shall not have", table[i].name);
        }
        program_held_close(&program);
        program_held_close(&program);
        assert_true(program.fd < 0);
        (void)unlink(path);
        assert_int_equal(rmdir(folder), 0);
    }
}

static void test_what_is_not_there_cannot_be_held(void **state) {
    struct program_held program;
    (void)state;
    assert_int_equal(program_held_open(&program, strdup("/nowhere/program")), -1);
    assert_int_equal(errno, ENOENT);
    assert_true(program.fd < 0 && program.path == NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_stands_there_later_is_not_started),
        cmocka_unit_test(test_what_is_not_there_cannot_be_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
