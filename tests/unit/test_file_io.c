#include "ration/file_io.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static void writes_and_reads_all_of_it(void **state) {
    (void)state;
    char text[8] = "";
    FILE *file = tmpfile();
    assert_non_null(file);
    int fd = fileno(file);
    assert_int_equal(file_io_append(fd, "abc", 3), 0);
    assert_int_equal(file_io_append(fd, "def", 3), 0);
    assert_int_equal(file_io_write(fd, "XY", 2, 1), 0);
    assert_int_equal(file_io_read(fd, text, 6, 0), 0);
    assert_string_equal(text, "aXYdef");
    assert_int_equal(file_io_read(fd, text, 2, 4), 0);
    assert_memory_equal(text, "ef", 2);
    assert_int_equal(file_io_append(fd, "", 0), 0);
    assert_int_equal(fclose(file), 0);
}

// A pipe takes a piece at a time.
static void goes_on_after_a_short_write(void **state) {
    (void)state;
    static char much[100000], back[sizeof(much)];
    int ends[2];
    size_t got = 0;
    memset(much, 'x', sizeof(much));
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(ends[0]);
        _exit(file_io_append(ends[1], much, sizeof(much)) == 0 ? 0 : 1);
    }
    (void)close(ends[1]);
    for (ssize_t n = 1; n > 0; got += n > 0 ? (size_t)n : 0) {
        n = read(ends[0], back + got, sizeof(back) - got < 1000 ? sizeof(back) - got : 1000);
    }
    assert_int_equal(got, sizeof(much));
    assert_memory_equal(much, back, sizeof(much));
    (void)close(ends[0]);
}

static void tells_why_not(void **state) {
    (void)state;
    char text[8];
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(file_io_append(fileno(file), "abc", 3), 0);
    assert_int_equal(file_io_read(fileno(file), text, 4, 0), EIO);
    assert_int_equal(fclose(file), 0);
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(full >= 0);
    assert_int_equal(file_io_append(full, "abc", 3), ENOSPC);
    assert_int_equal(close(full), 0);
    assert_int_equal(file_io_append(full, "abc", 3), EBADF);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_and_reads_all_of_it),
        cmocka_unit_test(goes_on_after_a_short_write),
        cmocka_unit_test(tells_why_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
