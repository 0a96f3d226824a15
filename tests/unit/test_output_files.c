#include "output/output_files.h"

#include "ration/arena.h"
#include "ration/slot.h"
#include "unit_child.h"
#include "unit_directory.h"
#include "unit_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

static struct unit_directory directory;
static const char *output, *errors;

static int set_up(void **state) {
    (void)state;
    static char names[2][128];
    directory_make(&directory);
    (void)snprintf(names[0], sizeof(names[0]), "%s/out.jsonl", directory.path);
    (void)snprintf(names[1], sizeof(names[1]), "%s/err.jsonl", directory.path);
    output = names[0];
    errors = names[1];
    return 0;
}

static int tear_down(void **state) {
    struct stat status;
    char name[ARENA_NAME_SIZE];
    (void)state;
    if (stat(output, &status) == 0) { // an arena that a test made for it
        arena_name(status.st_dev, status.st_ino, name);
        (void)arena_remove(name);
    }
    directory_remove(&directory);
    return 0;
}

static bool exists(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0;
}

static void assert_opened(const char *out, const char *err, bool resume, struct output_files *files) {
    struct unit_told told;
    told_begin(&told);
    int result = output_files_open(out, err, resume, files);
    if (result != 0 || strcmp(told_end(&told), "") != 0) {
        fail_msg("%s", told.text);
    }
}

static void assert_refused(const char *out, const char *err, bool resume, const char *says) {
    struct unit_told told;
    struct output_files files;
    told_begin(&told);
    int result = output_files_open(out, err, resume, &files);
    (void)told_end(&told);
    assert_int_equal(result, -1);
    if (strstr(told.text, says) == NULL) {
        fail_msg("says only: %s", told.text);
    }
    assert_int_equal(files.output, -1);
    assert_int_equal(files.errors, -1);
}

static void keeps_errors_that_are_not_empty(void **state) {
    (void)state;
    struct output_files files;
    (void)directory_write(&directory, "out.jsonl", "", 0);
    (void)directory_write(&directory, "err.jsonl", "old\n", 4);
    assert_opened(output, errors, true, &files);
    assert_int_equal(output_files_close(&files), 0);
    assert_true(exists(output)); // empty or not
    assert_true(exists(errors));
}

static void makes_both_files(void **state) {
    (void)state;
    struct output_files files;
    struct stat status;
    assert_opened(output, errors, false, &files);
    assert_true(files.output_new && files.errors_new);
    assert_int_equal(fstat(files.output, &status), 0);
    assert_int_equal(files.device, status.st_dev);
    assert_int_equal(files.inode, status.st_ino);
    assert_true((fcntl(files.output, F_GETFL) & (O_APPEND | O_ACCMODE)) == (O_APPEND | O_RDWR));
    assert_true((fcntl(files.errors, F_GETFL) & (O_APPEND | O_ACCMODE)) == (O_APPEND | O_RDWR));
    assert_int_equal(fcntl(files.output, F_GETFD), FD_CLOEXEC);
    assert_int_equal(write(files.output, "x\n", 2), 2);
    assert_int_equal(output_files_close(&files), 0);
    assert_true(exists(output));
    assert_false(exists(errors)); // it was empty
}

static void what_exists_is_not_touched_without_resume(void **state) {
    (void)state;
    struct output_files files;
    char bytes[16] = "";
    (void)directory_write(&directory, "out.jsonl", "precious", 8);
    assert_refused(output, errors, false, "exists already; add --resume");
    assert_false(exists(errors));
    assert_opened(output, errors, true, &files);
    assert_false(files.output_new);
    assert_true(files.errors_new);
    assert_int_equal(pread(files.output, bytes, sizeof(bytes), 0), 8);
    assert_string_equal(bytes, "precious");
    output_files_discard(&files); // removes only what is new
    assert_true(exists(output));
    assert_false(exists(errors));
    (void)directory_write(&directory, "err.jsonl", "dear", 4);
    assert_int_equal(unlink(output), 0);
    assert_refused(output, errors, false, "err.jsonl exists already");
    assert_false(exists(output)); // the new one is not left
    assert_true(exists(errors));
}

// A start that failed leaves such ones, and the corrected command is to work as it is.
static void an_empty_file_is_as_good_as_none(void **state) {
    (void)state;
    struct output_files files;
    (void)directory_write(&directory, "out.jsonl", "", 0);
    (void)directory_write(&directory, "err.jsonl", "", 0);
    assert_opened(output, errors, false, &files);
    assert_false(files.output_new); // somebody else's all the same
    assert_false(files.errors_new);
    output_files_discard(&files);
    assert_true(exists(output));
    assert_true(exists(errors));
}

static void refuses_what_is_no_plain_file(void **state) {
    (void)state;
    for (int resume = 0; resume < 2; resume++) {
        const char *real = directory_write(&directory, "real", "", 0);
        const char *names[] = {output, errors};
        for (int which = 0; which < 2; which++) {
            assert_int_equal(symlink(real, names[which]), 0);
            assert_refused(output, errors, resume != 0, "symbolic link");
            assert_int_equal(unlink(names[which]), 0);
            assert_int_equal(symlink("nowhere", names[which]), 0);
            assert_refused(output, errors, resume != 0, "symbolic link");
            assert_int_equal(unlink(names[which]), 0);
            assert_int_equal(mkfifo(names[which], 0600), 0); // and does not hang on it
            assert_refused(output, errors, resume != 0, "not a regular file");
            assert_int_equal(unlink(names[which]), 0);
            assert_int_equal(mkdir(names[which], 0700), 0);
            assert_refused(output, errors, resume != 0, "not a regular file");
            assert_int_equal(rmdir(names[which]), 0);
            assert_false(exists(output));
            assert_false(exists(errors));
        }
        assert_refused("/dev/null", errors, resume != 0, "not a regular file");
        assert_refused(directory_file(&directory, "no/such/folder"), errors, resume != 0,
                       "cannot be written");
        assert_refused(output, directory_file(&directory, "no/such/folder"), resume != 0,
                       "cannot be written");
        assert_false(exists(output));
    }
}

static void the_two_files_are_two(void **state) {
    (void)state;
    (void)directory_write(&directory, "out.jsonl", "", 0);
    assert_refused(output, output, true, "same file");
    assert_int_equal(link(output, errors), 0);
    assert_refused(output, errors, true, "same file");
    assert_true(exists(output));
    assert_true(exists(errors));
}

// ---- two runs ----

struct other_run {
    int ready[2], go[2];
};

static void hold_the_lock(void *context) {
    struct other_run *other = context;
    struct output_files files;
    CHILD_CHECK(output_files_open(output, errors, true, &files) == 0);
    child_signal(other->ready[1]);
    (void)close(other->go[1]);
    (void)child_wait_signal(other->go[0]);
}

static void make_pipes(struct other_run *other) {
    assert_int_equal(pipe2(other->ready, O_CLOEXEC), 0);
    assert_int_equal(pipe2(other->go, O_CLOEXEC), 0);
}

static void close_pipes(struct other_run *other) {
    (void)close(other->ready[0]);
    (void)close(other->ready[1]);
    (void)close(other->go[0]);
    (void)close(other->go[1]);
}

static void another_run_is_told_by_its_pid(void **state) {
    (void)state;
    struct other_run other;
    struct output_files files;
    char says[80];
    make_pipes(&other);
    pid_t pid = child_start(hold_the_lock, &other);
    assert_true(child_wait_signal(other.ready[0]));
    (void)snprintf(says, sizeof(says), "another run (pid %d) is working on this output", (int)pid);
    assert_refused(output, errors, true, says);
    assert_refused(output, errors, false, says); // not that --resume would help
    assert_refused(output, directory_file(&directory, "other"), true, says);
    assert_true(exists(output));
    child_signal(other.go[1]);
    assert_true(child_good(pid));
    assert_opened(output, errors, true, &files);
    output_files_discard(&files);
    close_pipes(&other);
}

// A run whose coordinator died: one worker has inherited the open file and still records.
static void leave_a_worker_behind(void *context) {
    struct other_run *other = context;
    struct output_files files;
    CHILD_CHECK(output_files_open(output, errors, true, &files) == 0);
    char name[ARENA_NAME_SIZE];
    arena_name(files.device, files.inode, name);
    struct arena_config config = {.name = name, .run_id = "left", .artists = 1, .slots = 2, .sessions = 1};
    struct arena *arena = arena_create(&config);
    CHILD_CHECK(arena != NULL);
    pid_t pid = fork();
    CHILD_CHECK(pid >= 0);
    if (pid == 0) {
        (void)close(other->go[1]);
        CHILD_CHECK(prctl(PR_SET_NAME, "ration-worker") ==
                    0); // by which it is told from a stranger with its pid
        slot_announce(arena, 1, getpid(), 1);
        child_signal(other->ready[1]);
        (void)child_wait_signal(other->go[0]); // ends in any case: at the latest with the test
        CHILD_CHECK(write(files.output, "last\n", 5) == 5);
        _exit(0);
    }
}

static void open_after_it(void *context) {
    int told = *(int *)context;
    struct output_files files;
    char bytes[16] = "";
    CHILD_CHECK(dup2(told, STDERR_FILENO) == STDERR_FILENO);
    CHILD_CHECK(output_files_open(output, errors, true, &files) == 0);
    CHILD_CHECK(pread(files.output, bytes, sizeof(bytes), 0) == 5); // what the worker recorded last is seen
}

static void waits_for_the_workers_of_a_dead_run(void **state) {
    (void)state;
    struct other_run other;
    int told[2];
    char text[1000] = "";
    size_t length = 0;
    make_pipes(&other);
    assert_int_equal(pipe2(told, O_CLOEXEC), 0);
    assert_true(child_good(child_start(leave_a_worker_behind, &other)));
    assert_true(child_wait_signal(other.ready[0]));
    pid_t pid = child_start(open_after_it, &told[1]);
    (void)close(told[1]);
    while (strstr(text, "\n") == NULL) {
        ssize_t n = read(told[0], text + length, sizeof(text) - 1 - length);
        assert_true(n > 0);
        length += (size_t)n;
    }
    assert_non_null(strstr(text, "waiting for the last workers of an earlier run, W02 (pid "));
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0); // and it does wait
    child_signal(other.go[1]);
    assert_true(child_good(pid));
    (void)close(told[0]);
    close_pipes(&other);
}

int main(void) {
#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(makes_both_files),
        IN_A_FOLDER(keeps_errors_that_are_not_empty),
        IN_A_FOLDER(an_empty_file_is_as_good_as_none),
        IN_A_FOLDER(what_exists_is_not_touched_without_resume),
        IN_A_FOLDER(refuses_what_is_no_plain_file),
        IN_A_FOLDER(the_two_files_are_two),
        IN_A_FOLDER(another_run_is_told_by_its_pid),
        IN_A_FOLDER(waits_for_the_workers_of_a_dead_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
