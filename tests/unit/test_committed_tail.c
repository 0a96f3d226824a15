#include "crew/committed_tail.h"

#include "unit_directory.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define LONG ((size_t)700 << 10) // bytes of a line that is longer than any piece

static struct unit_directory directory;

static void append(int fd, const char *text) {
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void assert_next(struct committed_tail *tail, uint64_t committed, const char *wanted) {
    const char *line;
    size_t length;
    int error = committed_tail_next(tail, committed, &line, &length);
    if (wanted == NULL) {
        assert_int_equal(error, EAGAIN);
        return;
    }
    assert_int_equal(error, 0);
    assert_int_equal(length, strlen(wanted));
    assert_memory_equal(line, wanted, length);
}

static int open_new(void) {
    int fd =
        open(directory_file(&directory, "tail"), O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    return fd;
}

static void reads_what_is_committed_and_no_more(void **state) {
    (void)state;
    struct committed_tail tail;
    int fd = open_new();
    committed_tail_begin(&tail, fd, 0);
    assert_next(&tail, 0, NULL);
    append(fd, "one\ntwo\nthr");
    assert_next(&tail, 4, "one");
    assert_next(&tail, 4, NULL);
    assert_next(&tail, 8, "two");
    assert_next(&tail, 8, NULL);
    // What was not committed is cut, and something else stands there.
    assert_int_equal(ftruncate(fd, 8), 0);
    append(fd, "other\r\n\n");
    assert_next(&tail, 16, "other");
    assert_next(&tail, 16, "");
    assert_next(&tail, 16, NULL);
    committed_tail_end(&tail);
    close(fd);
}

static void begins_anywhere(void **state) {
    (void)state;
    struct committed_tail tail;
    int fd = open_new();
    append(fd, "one\ntwo\n");
    committed_tail_begin(&tail, fd, 4);
    assert_next(&tail, 8, "two");
    assert_next(&tail, 8, NULL);
    committed_tail_end(&tail);
    close(fd);
}

static void reads_long_lines_among_short_ones(void **state) {
    (void)state;
    struct committed_tail tail;
    char *line = calloc(1, LONG + 1);
    assert_non_null(line);
    memset(line, 'x', LONG);
    int fd = open_new();
    uint64_t length = 0;
    committed_tail_begin(&tail, fd, 0);
    for (int i = 0; i < 3; i++) {
        append(fd, "short\n");
        append(fd, line);
        append(fd, "\n");
        length += 6 + LONG + 1;
        assert_next(&tail, length, "short");
        assert_next(&tail, length - 1, NULL); // its end is not committed
        assert_next(&tail, length, line);
        assert_next(&tail, length, NULL);
    }
    committed_tail_end(&tail);
    close(fd);
    free(line);
}

static void tells_that_a_file_is_too_short(void **state) {
    (void)state;
    struct committed_tail tail;
    const char *line;
    size_t length;
    int fd = open_new();
    append(fd, "one\n");
    committed_tail_begin(&tail, fd, 0);
    assert_int_equal(committed_tail_next(&tail, 9, &line, &length), EIO);
    committed_tail_end(&tail);
    close(fd);
}

static int make_directory(void **state) {
    (void)state;
    directory_make(&directory);
    return 0;
}

static int remove_directory(void **state) {
    (void)state;
    directory_remove(&directory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_is_committed_and_no_more),
        cmocka_unit_test(begins_anywhere),
        cmocka_unit_test(reads_long_lines_among_short_ones),
        cmocka_unit_test(tells_that_a_file_is_too_short),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
