// The run's lock while the output is replaced under its name.
#include "output/output_files.h"

#include "output/result_rewrite.h"
#include "unit_child.h"
#include "unit_directory.h"
#include "unit_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <cmocka.h>

static struct unit_directory directory;
static const char *output_name, *errors_name;

static const char answers[] =
    "{\"artist_id\":\"a\",\"response_text\":\"1\"}\n{\"artist_id\":\"b\",\"response_text\":\"2\"}\n";

static int make(void **state) {
    (void)state;
    directory_make(&directory);
    errors_name = directory_file(&directory, "errors");
    output_name = directory_write(&directory, "out", answers, sizeof(answers) - 1);
    return 0;
}

static int clean(void **state) {
    (void)state;
    directory_remove(&directory);
    return 0;
}

static ino_t named(void) {
    struct stat status;
    CHILD_CHECK(stat(output_name, &status) == 0);
    return status.st_ino;
}

static int lock_output(void *context, int fd) {
    (void)context;
    return output_files_lock(fd);
}

static int lock_errors(void *context, int fd) {
    (void)context;
    return output_files_lock_errors(fd);
}

// Drops the first line. Returns the new file, locked.
static int rewrite(const struct output_files *files) {
    struct result_file file;
    struct bits drop = {0};
    assert_int_equal(
        result_file_scan(&file, files->output, output_name, result_format_usual(), RESULT_ANSWER, NULL, NULL),
        0);
    assert_int_equal(bits_set(&drop, 1), 0);
    int fd = result_rewrite(&file, &drop, lock_output, NULL);
    assert_true(fd >= 0);
    bits_free(&drop);
    result_file_close(&file);
    return fd;
}

// In a child: the output is in use, and it says so.
static void is_refused(void *context) {
    struct output_files files;
    struct unit_told told;
    (void)context;
    told_begin(&told);
    int status = output_files_open(output_name, errors_name, true, &files);
    const char *text = told_end(&told);
    CHILD_CHECK(status == -1);
    CHILD_CHECK(strstr(text, "another run (pid ") != NULL);
}

static void gets_it(void *context) {
    struct output_files files;
    (void)context;
    CHILD_CHECK(output_files_open(output_name, errors_name, true, &files) == 0);
    CHILD_CHECK(files.inode == named());
    output_files_discard(&files);
}

static void is_locked_all_the_time(void **state) {
    (void)state;
    struct output_files files;
    assert_int_equal(output_files_open(output_name, errors_name, true, &files), 0);
    ino_t before = files.inode;
    assert_true(child_good(child_start(is_refused, NULL)));
    int fd = rewrite(&files);
    // Both files are held.
    assert_int_not_equal(named(), before);
    assert_true(child_good(child_start(is_refused, NULL)));
    assert_int_equal(output_files_replace(&files, fd, -1), 0);
    assert_int_equal(files.output, fd);
    assert_int_equal(files.inode, named());
    assert_true(child_good(child_start(is_refused, NULL)));
    output_files_discard(&files);
    assert_true(child_good(child_start(gets_it, NULL)));
    struct stat status;
    assert_int_equal(stat(output_name, &status), 0);
    assert_int_equal(status.st_size, (sizeof(answers) - 1) / 2);
}

static const char error_lines[] =
    "{\"artist_id\":\"a\",\"class\":\"refused\"}\n{\"artist_id\":\"b\",\"class\":\"refused\"}\n";

// In a child: another output, but the same errors file.
static void errors_are_refused(void *context) {
    struct output_files files;
    struct unit_told told;
    (void)context;
    const char *other = directory_file(&directory, "other");
    told_begin(&told);
    int status = output_files_open(other, errors_name, true, &files);
    const char *text = told_end(&told);
    CHILD_CHECK(status == -1);
    CHILD_CHECK(strstr(text, "another run is writing it") != NULL);
    CHILD_CHECK(access(other, F_OK) != 0);
}

static void errors_are_locked_all_the_time(void **state) {
    (void)state;
    struct output_files files;
    struct result_file file;
    struct bits drop = {0};
    (void)directory_write(&directory, "errors", error_lines, sizeof(error_lines) - 1);
    assert_int_equal(output_files_open(output_name, errors_name, true, &files), 0);
    assert_true(child_good(child_start(errors_are_refused, NULL)));
    assert_int_equal(
        result_file_scan(&file, files.errors, errors_name, result_format_usual(), RESULT_ERROR, NULL, NULL),
        0);
    assert_int_equal(bits_set(&drop, 1), 0);
    int fd = result_rewrite(&file, &drop, lock_errors, NULL);
    assert_true(fd >= 0);
    bits_free(&drop);
    result_file_close(&file);
    assert_true(child_good(child_start(errors_are_refused, NULL)));
    assert_int_equal(output_files_replace(&files, -1, fd), 0); // the old one's lock goes with it
    assert_true(child_good(child_start(errors_are_refused, NULL)));
    output_files_discard(&files);
    (void)unlink(errors_name);
}

struct waiting {
    int log, worker;
};

static void waits(void *context) {
    struct output_files files;
    const struct waiting *waiting = context;
    (void)close(waiting->worker); // with it the child would have that lock, too
    CHILD_CHECK(dup2(waiting->log, STDERR_FILENO) >= 0);
    CHILD_CHECK(output_files_open(output_name, errors_name, true, &files) == 0);
    CHILD_CHECK(files.inode == named());
    char text[sizeof(answers)] = "";
    CHILD_CHECK(pread(files.output, text, sizeof(text), 0) == 4);
    CHILD_CHECK(strcmp(text, "new\n") == 0);
    output_files_discard(&files);
}

// Who waited for a file's lock looks again whether it still is the output.
static void takes_the_file_under_the_name(void **state) {
    (void)state;
    // A worker's descriptor: it has the lock, but is no coordinator.
    int worker = open(output_name, O_RDWR | O_CLOEXEC);
    assert_true(worker >= 0);
    assert_int_equal(flock(worker, LOCK_EX | LOCK_NB), 0);
    int log = memfd_create("log", MFD_CLOEXEC);
    assert_true(log >= 0);
    pid_t child = child_start(waits, &(struct waiting){log, worker});
    char text[256] = "";
    for (int i = 0; strstr(text, "waiting for the last workers") == NULL; i++) {
        assert_true(i < 10000);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        assert_true(pread(log, text, sizeof(text) - 1, 0) >= 0);
        assert_int_equal(waitpid(child, NULL, WNOHANG), 0);
    }
    const char *new = directory_write(&directory, "new", "new\n", 4);
    assert_int_equal(rename(new, output_name), 0);
    close(worker);
    assert_true(child_good(child));
    close(log);
}

// The file is that of the run that holds the lock.
static void removes_nothing_when_refused(void **state) {
    (void)state;
    struct output_files files;
    assert_int_equal(output_files_open(output_name, errors_name, true, &files), 0);
    assert_true(child_good(child_start(is_refused, NULL)));
    assert_int_equal(named(), files.inode);
    output_files_discard(&files);
    assert_int_equal(access(output_name, F_OK), 0);
    assert_int_equal(access(errors_name, F_OK), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(is_locked_all_the_time, make, clean),
        cmocka_unit_test_setup_teardown(errors_are_locked_all_the_time, make, clean),
        cmocka_unit_test_setup_teardown(takes_the_file_under_the_name, make, clean),
        cmocka_unit_test_setup_teardown(removes_nothing_when_refused, make, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
