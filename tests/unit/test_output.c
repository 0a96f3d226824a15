#include "ration/output.h"

#include "arena/journal.h"
#include "arena/layout.h"
#include "arena/output_expect.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/guard.h"
#include "unit_arena.h"
#include "unit_child.h"
#include "unit_directory.h"
#include "unit_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <cmocka.h>

#define LONG_TIME (20 * CLOCK_SECOND)

// One run's arena and files.
struct run {
    struct unit_directory directory;
    struct output output;
};

static int open_output(struct unit_directory *directory, const char *name) {
    int fd = open(directory_file(directory, name), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    return fd;
}

static void begin(struct run *run, uint32_t artists) {
    directory_make(&run->directory);
    run->output.arena = unit_arena(4, 1, artists);
    run->output.fd[OUTPUT_ANSWERS] = open_output(&run->directory, "out");
    run->output.fd[OUTPUT_ERRORS] = open_output(&run->directory, "err");
    output_attach(&run->output);
    output_note_links(&run->output);
}

static struct run this_run;

static int close_all(void **state) {
    struct run *run = &this_run;
    (void)state;
    (void)close(run->output.fd[OUTPUT_ANSWERS]);
    (void)close(run->output.fd[OUTPUT_ERRORS]);
    arena_close(run->output.arena);
    directory_remove(&run->directory);
    return 0;
}

static void assert_file(const struct run *run, enum output_file file, const char *text) {
    char bytes[4096];
    ssize_t n = pread(run->output.fd[file], bytes, sizeof(bytes) - 1, 0);
    assert_true(n >= 0);
    bytes[n] = '\0';
    assert_string_equal(bytes, text);
    assert_int_equal(output_length(run->output.arena, file), n);
}

static int append_one(struct run *run, uint32_t slot, enum output_file file, const char *line,
                      uint32_t artist) {
    return output_append(&run->output, slot, file, line, strlen(line), &artist, 1, clock_now() + LONG_TIME);
}

static void appends_and_marks(void **state) {
    (void)state;
    begin(&this_run, 100);
    struct arena *arena = this_run.output.arena;
    const uint32_t three[] = {99, 0, 33};
    assert_int_equal(append_one(&this_run, 0, OUTPUT_ANSWERS, "first\n", 7), 0);
    assert_int_equal(
        output_append(&this_run.output, 1, OUTPUT_ANSWERS, "a\nbb\nccc\n", 9, three, 3, CLOCK_NEVER), 0);
    assert_int_equal(append_one(&this_run, GUARD_COORDINATOR, OUTPUT_ERRORS, "bad\n", 8), 0);
    assert_file(&this_run, OUTPUT_ANSWERS, "first\na\nbb\nccc\n");
    assert_file(&this_run, OUTPUT_ERRORS, "bad\n");
    assert_int_equal(board_done(arena), 4);
    assert_int_equal(board_failed(arena), 1);
    for (uint32_t artist = 0; artist < 100; artist++) {
        bool done = artist == 7 || artist == 99 || artist == 0 || artist == 33;
        assert_int_equal(board_verdict(arena, artist), done          ? BOARD_DONE
                                                       : artist == 8 ? BOARD_FAILED
                                                                     : BOARD_NONE);
    }
    assert_true(guard_try(arena, GUARD_OUTPUT, 3)); // given back
    guard_unlock(arena, GUARD_OUTPUT, 3);
}

static void goes_on_behind_what_is_there(void **state) {
    (void)state;
    begin(&this_run, 10);
    assert_int_equal(write(this_run.output.fd[OUTPUT_ANSWERS], "earlier\n", 8), 8);
    output_set_length(this_run.output.arena, OUTPUT_ANSWERS, 8);
    assert_int_equal(append_one(&this_run, 0, OUTPUT_ANSWERS, "later\n", 1), 0);
    assert_file(&this_run, OUTPUT_ANSWERS, "earlier\nlater\n");
}

static void takes_as_many_lines_as_it_says(void **state) {
    (void)state;
    char text[2 * OUTPUT_MAX_LINES];
    uint32_t artist[OUTPUT_MAX_LINES];
    begin(&this_run, 3200);
    for (uint32_t i = 0; i < OUTPUT_MAX_LINES; i++) {
        memcpy(text + (size_t)2 * i, "x\n", 2);
        artist[i] = i * 64; // each in a verdict word of its own
    }
    assert_int_equal(output_append(&this_run.output, 0, OUTPUT_ANSWERS, text, sizeof(text), artist,
                                   OUTPUT_MAX_LINES, CLOCK_NEVER),
                     0);
    assert_int_equal(board_done(this_run.output.arena), OUTPUT_MAX_LINES);
}

static void append_again(void *context) {
    (void)append_one(context, 2, OUTPUT_ERRORS, "second verdict\n", 5);
}

static void append_nothing(void *context) {
    struct run *run = context;
    (void)output_append(&run->output, 2, OUTPUT_ANSWERS, "", 0, NULL, 0, CLOCK_NEVER);
}

static void append_too_many(void *context) {
    struct run *run = context;
    static const uint32_t artist[OUTPUT_MAX_LINES + 1];
    (void)output_append(&run->output, 2, OUTPUT_ANSWERS, "x\n", 2, artist, OUTPUT_MAX_LINES + 1, CLOCK_NEVER);
}

static void what_no_worker_may_do_panics(void **state) {
    (void)state;
    begin(&this_run, 100);
    assert_int_equal(append_one(&this_run, 0, OUTPUT_ANSWERS, "one\n", 5), 0);
    void (*const wrong[])(void *) = {append_again, append_nothing, append_too_many};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_true(child_panics(wrong[i], &this_run));
        assert_int_equal(guard_reap(this_run.output.arena, GUARD_OUTPUT, 2), 0);
    }
    assert_file(&this_run, OUTPUT_ANSWERS, "one\n");
    assert_file(&this_run, OUTPUT_ERRORS, "");
    assert_int_equal(board_verdict(this_run.output.arena, 5), BOARD_DONE);
    assert_int_equal(board_done(this_run.output.arena), 1);
    assert_int_equal(board_failed(this_run.output.arena), 0);
}

static void limit_files(rlim_t bytes) {
    struct rlimit limit;
    CHILD_CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    limit.rlim_cur = bytes;
    CHILD_CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

static void meet_the_limit(void *context) {
    struct run *run = context;
    const uint32_t two[] = {2, 3};
    (void)signal(SIGXFSZ, SIG_IGN);
    limit_files(10); // 6 of the 12 bytes fit
    CHILD_CHECK(output_append(&run->output, 1, OUTPUT_ANSWERS, "12345\n7890a\n", 12, two, 2, CLOCK_NEVER) ==
                EFBIG);
    CHILD_CHECK(output_length(run->output.arena, OUTPUT_ANSWERS) == 4);
    limit_files(RLIM_INFINITY); // room again: the same lines go through
    CHILD_CHECK(output_append(&run->output, 1, OUTPUT_ERRORS, "bad\n", 4, two + 1, 1, CLOCK_NEVER) == 0);
}

static void a_failed_write_changes_nothing(void **state) {
    (void)state;
    begin(&this_run, 10);
    assert_int_equal(append_one(&this_run, 0, OUTPUT_ANSWERS, "one\n", 5), 0);
    assert_true(child_good(child_start(meet_the_limit, &this_run)));
    assert_file(&this_run, OUTPUT_ANSWERS, "one\n");
    assert_file(&this_run, OUTPUT_ERRORS, "bad\n");
    assert_int_equal(board_verdict(this_run.output.arena, 2), BOARD_NONE);
    assert_int_equal(board_verdict(this_run.output.arena, 3), BOARD_FAILED);
    assert_int_equal(board_done(this_run.output.arena), 1);
    assert_int_equal(append_one(&this_run, 0, OUTPUT_ANSWERS, "two\n", 2), 0);
    assert_file(&this_run, OUTPUT_ANSWERS, "one\ntwo\n");
}

static void a_full_disk_is_told(void **state) {
    (void)state;
    begin(&this_run, 10);
    int kept = this_run.output.fd[OUTPUT_ANSWERS];
    this_run.output.fd[OUTPUT_ANSWERS] = open("/dev/full", O_RDWR | O_APPEND | O_CLOEXEC);
    assert_true(this_run.output.fd[OUTPUT_ANSWERS] >= 0);
    assert_int_equal(append_one(&this_run, 0, OUTPUT_ANSWERS, "one\n", 5), ENOSPC);
    assert_int_equal(output_length(this_run.output.arena, OUTPUT_ANSWERS), 0);
    assert_int_equal(board_verdict(this_run.output.arena, 5), BOARD_NONE);
    assert_int_equal(board_done(this_run.output.arena), 0);
    (void)close(this_run.output.fd[OUTPUT_ANSWERS]);
    this_run.output.fd[OUTPUT_ANSWERS] = kept;
    assert_int_equal(append_one(&this_run, 0, OUTPUT_ANSWERS, "one\n", 5), 0);
    assert_file(&this_run, OUTPUT_ANSWERS, "one\n");
}

// SIGXFSZ kills it between the first bytes of its lines and the rest.
static void die_in_the_write(void *context) {
    struct run *run = context;
    const uint32_t two[] = {2, 3};
    struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)signal(SIGXFSZ, SIG_DFL);
    limit_files(10);
    (void)output_append(&run->output, 1, OUTPUT_ANSWERS, "12345\n7890a\n", 12, two, 2, CLOCK_NEVER);
}

static void a_death_in_the_write_is_cut_back(void **state) {
    (void)state;
    struct stat status;
    begin(&this_run, 10);
    assert_int_equal(append_one(&this_run, 0, OUTPUT_ANSWERS, "one\n", 5), 0);
    assert_int_equal(append_one(&this_run, 0, OUTPUT_ERRORS, "bad\n", 6), 0);
    int how = child_end(child_start(die_in_the_write, &this_run));
    assert_true(WIFSIGNALED(how));
    assert_int_equal(WTERMSIG(how), SIGXFSZ);
    assert_int_equal(fstat(this_run.output.fd[OUTPUT_ANSWERS], &status), 0);
    assert_int_equal(status.st_size, 10); // torn
    // Nobody gets in between.
    assert_int_equal(append_one(&this_run, GUARD_COORDINATOR, OUTPUT_ANSWERS, "two\n", 7), ETIMEDOUT);

    assert_int_equal(guard_reap(this_run.output.arena, GUARD_OUTPUT, 1), 0);
    assert_file(&this_run, OUTPUT_ANSWERS, "one\n");
    assert_file(&this_run, OUTPUT_ERRORS, "bad\n");
    assert_int_equal(board_verdict(this_run.output.arena, 2), BOARD_NONE);
    assert_int_equal(board_verdict(this_run.output.arena, 3), BOARD_NONE);
    assert_int_equal(board_done(this_run.output.arena), 1);
    assert_int_equal(append_one(&this_run, 0, OUTPUT_ANSWERS, "two\n", 2), 0);
    assert_file(&this_run, OUTPUT_ANSWERS, "one\ntwo\n");
}

static void wait_in_vain(void *context) {
    struct run *run = context;
    uint32_t artist = 4;
    uint64_t now = clock_now();
    CHILD_CHECK(output_append(&run->output, 1, OUTPUT_ANSWERS, "x\n", 2, &artist, 1, now + 5 * CLOCK_MS) ==
                ETIMEDOUT);
    CHILD_CHECK(clock_now() >= now + 5 * CLOCK_MS);
}

static void waits_no_longer_than_it_may(void **state) {
    (void)state;
    uint32_t artist = 4;
    begin(&this_run, 10);
    assert_true(guard_try(this_run.output.arena, GUARD_OUTPUT, 0));
    assert_true(child_good(child_start(wait_in_vain, &this_run)));
    assert_int_equal(
        output_append(&this_run.output, GUARD_COORDINATOR, OUTPUT_ANSWERS, "x\n", 2, &artist, 1, CLOCK_NEVER),
        ETIMEDOUT);
    guard_unlock(this_run.output.arena, GUARD_OUTPUT, 0);
    assert_file(&this_run, OUTPUT_ANSWERS, "");
    assert_int_equal(board_verdict(this_run.output.arena, 4), BOARD_NONE);
}

// ---- several processes ----

enum { WORKERS = 3, EACH = 900, BATCH = 5 };

struct job {
    struct run *run;
    uint32_t slot;
};

// Appends its artists in batches, and goes on where the board says that a killed predecessor stopped.
static void append_all(void *context) {
    struct job *job = context;
    struct arena *arena = job->run->output.arena;
    struct range own = {job->slot * EACH, (job->slot + 1) * EACH};
    for (;;) {
        char text[BATCH * 400];
        uint32_t artist[BATCH];
        size_t length = 0, lines = 0;
        uint32_t next = own.first;
        while (lines < BATCH &&
               (next = board_next(arena, (struct range){next, own.end}, PRIORITY_HIGH)) < own.end) {
            // Lines of many lengths, the longest longer than most buffers' ends.
            int n = snprintf(text + length, sizeof(text) - length,
                             "{\"artist_id\":\"%u\",\"text\":\"%0*u\"}\n", next, 1 + (int)(next % 300), 0U);
            length += (size_t)n;
            artist[lines++] = next++;
        }
        if (lines == 0) {
            return;
        }
        enum output_file file = artist[0] % 7 == 0 ? OUTPUT_ERRORS : OUTPUT_ANSWERS;
        CHILD_CHECK(output_append(&job->run->output, job->slot, file, text, length, artist, lines,
                                  clock_now() + LONG_TIME) == 0);
    }
}

// Reads a file line by line; each must be whole, of an artist with the file's verdict, and seen for the first
// time.
static uint32_t check_lines(struct run *run, enum output_file file, const char *name, bool *seen) {
    enum board_verdict verdict = file == OUTPUT_ANSWERS ? BOARD_DONE : BOARD_FAILED;
    FILE *in = fopen(directory_file(&run->directory, name), "re");
    assert_non_null(in);
    char *line = NULL;
    size_t space = 0;
    ssize_t n;
    uint32_t lines = 0;
    uint64_t bytes = 0;
    while ((n = getline(&line, &space, in)) > 0) {
        unsigned artist = 0;
        int end_of_text = 0;
        assert_int_equal(sscanf(line, "{\"artist_id\":\"%u\",\"text\":\"%*[0]\"}%n", &artist, &end_of_text),
                         1);
        assert_int_equal(end_of_text, n - 1);
        assert_true(artist < WORKERS * EACH);
        assert_false(seen[artist]);
        assert_int_equal(board_verdict(run->output.arena, artist), verdict);
        seen[artist] = true;
        lines++;
        bytes += (uint64_t)n;
    }
    free(line);
    (void)fclose(in);
    assert_int_equal(bytes, output_length(run->output.arena, file));
    return lines;
}

static void every_artist_has_one_line_whoever_dies(void **state) {
    (void)state;
    static bool seen[WORKERS * EACH];
    struct unit_random random = {.state = 31};
    struct job job[WORKERS];
    pid_t pid[WORKERS];
    begin(&this_run, WORKERS * EACH);
    struct arena *arena = this_run.output.arena;
    for (uint32_t i = 0; i < WORKERS; i++) {
        job[i] = (struct job){&this_run, i};
        pid[i] = child_start(append_all, &job[i]);
    }
    for (uint32_t kill = 0; kill < 60; kill++) {
        uint32_t target = (kill + 1) * (WORKERS * EACH / 70);
        uint64_t until = clock_now() + LONG_TIME;
        while (board_done(arena) + board_failed(arena) < target) {
            assert_true(clock_now() < until);
        }
        uint32_t slot = unit_random_below(&random, WORKERS);
        child_kill(pid[slot]);
        assert_int_equal(guard_reap(arena, GUARD_OUTPUT, slot), 0);
        pid[slot] = child_start(append_all, &job[slot]);
    }
    for (uint32_t i = 0; i < WORKERS; i++) {
        assert_true(child_good(pid[i]));
    }
    uint32_t done = check_lines(&this_run, OUTPUT_ANSWERS, "out", seen);
    uint32_t failed = check_lines(&this_run, OUTPUT_ERRORS, "err", seen);
    assert_int_equal(done, board_done(arena));
    assert_int_equal(failed, board_failed(arena));
    assert_int_equal(done + failed, WORKERS * EACH);
}

// ---- somebody else ----

static void write_others(struct run *run, const char *name, const char *text) {
    int fd = open(directory_file(&run->directory, name), O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    (void)close(fd);
}

// The file as it is, whatever was committed.
static void assert_bytes(const struct run *run, enum output_file file, const char *text) {
    char bytes[4096];
    ssize_t n = pread(run->output.fd[file], bytes, sizeof(bytes) - 1, 0);
    assert_true(n >= 0);
    bytes[n] = '\0';
    assert_string_equal(bytes, text);
}

enum what { LONGER, SHORTER, EMPTIED, DELETED, REPLACED, WHATS };

static void change(struct run *run, enum what what) {
    const char *name = directory_file(&run->directory, "out");
    switch (what) {
    case LONGER:
        write_others(run, "out", "mine\n");
        break;
    case SHORTER:
        assert_int_equal(truncate(name, 2), 0);
        break;
    case EMPTIED:
        assert_int_equal(truncate(name, 0), 0);
        break;
    case DELETED:
        assert_int_equal(unlink(name), 0);
        break;
    case REPLACED:
    default:
        assert_int_equal(rename(directory_write(&run->directory, "new", "mine\n", 5), name), 0);
    }
}

static void nothing_is_written_to_a_file_that_others_changed(void **state) {
    (void)state;
    static const char *const bytes[WHATS] = {"one\nmine\n", "on", "", "one\n", "one\n"};
    for (enum what what = 0; what < WHATS; what++) {
        begin(&this_run, 10);
        struct arena *arena = this_run.output.arena;
        assert_int_equal(append_one(&this_run, 0, OUTPUT_ANSWERS, "one\n", 1), 0);
        change(&this_run, what);
        assert_false(output_changed(arena, OUTPUT_ANSWERS));
        assert_int_equal(append_one(&this_run, 0, OUTPUT_ANSWERS, "two\n", 2), OUTPUT_CHANGED);
        assert_int_equal(append_one(&this_run, GUARD_COORDINATOR, OUTPUT_ANSWERS, "two\n", 2),
                         OUTPUT_CHANGED);
        assert_true(output_changed(arena, OUTPUT_ANSWERS));
        assert_bytes(&this_run, OUTPUT_ANSWERS, bytes[what]);
        assert_int_equal(board_verdict(arena, 2), BOARD_NONE);
        assert_int_equal(output_length(arena, OUTPUT_ANSWERS), 4);
        // The other file is in order.
        assert_int_equal(append_one(&this_run, 0, OUTPUT_ERRORS, "bad\n", 3), 0);
        assert_file(&this_run, OUTPUT_ERRORS, "bad\n");
        (void)close_all(NULL);
    }
    begin(&this_run, 10);
}

static void a_file_that_fits_again_is_still_not_ours(void **state) {
    (void)state;
    begin(&this_run, 10);
    assert_int_equal(append_one(&this_run, 0, OUTPUT_ANSWERS, "one\n", 1), 0);
    write_others(&this_run, "out", "mine\n");
    assert_true(output_look(&this_run.output, GUARD_COORDINATOR));
    assert_true(output_changed(this_run.output.arena, OUTPUT_ANSWERS));
    assert_int_equal(truncate(directory_file(&this_run.directory, "out"), 4), 0);
    assert_int_equal(append_one(&this_run, 0, OUTPUT_ANSWERS, "two\n", 2), OUTPUT_CHANGED);
    assert_file(&this_run, OUTPUT_ANSWERS, "one\n");
    assert_false(output_changed(this_run.output.arena, OUTPUT_ERRORS));
}

static void a_look_disturbs_nobody(void **state) {
    (void)state;
    begin(&this_run, 10);
    assert_int_equal(append_one(&this_run, 0, OUTPUT_ANSWERS, "one\n", 1), 0);
    assert_true(guard_try(this_run.output.arena, GUARD_OUTPUT, 1));
    assert_false(output_look(&this_run.output, GUARD_COORDINATOR)); // somebody is at work
    guard_unlock(this_run.output.arena, GUARD_OUTPUT, 1);
    assert_true(output_look(&this_run.output, GUARD_COORDINATOR));
    assert_false(output_changed(this_run.output.arena, OUTPUT_ANSWERS));
}

// The worker dies with a part of its line written; before it is reaped somebody else changes the file.
static void nothing_is_cut_from_a_file_that_others_changed(void **state) {
    (void)state;
    static const struct {
        const char *others;
        const char *bytes;
        bool changed;
    } cases[] = {
        {"", "one\n", false},
        {"somebody else's line\n", "one\nhalf asomebody else's line\n", true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        begin(&this_run, 10);
        struct arena *arena = this_run.output.arena;
        assert_int_equal(append_one(&this_run, 0, OUTPUT_ANSWERS, "one\n", 1), 0);
        assert_true(guard_try(arena, GUARD_OUTPUT, 1));
        output_expect(arena, OUTPUT_ANSWERS, 12);
        journal_add(arena, GUARD_OUTPUT, &arena->header->length[OUTPUT_ANSWERS], 12);
        assert_int_equal(write(this_run.output.fd[OUTPUT_ANSWERS], "half a", 6), 6);
        write_others(&this_run, "out", cases[i].others);
        assert_int_equal(guard_reap(arena, GUARD_OUTPUT, 1), 0);
        assert_int_equal(output_length(arena, OUTPUT_ANSWERS), 4);
        assert_int_equal(output_changed(arena, OUTPUT_ANSWERS), cases[i].changed);
        assert_bytes(&this_run, OUTPUT_ANSWERS, cases[i].bytes);
        assert_int_equal(append_one(&this_run, 0, OUTPUT_ANSWERS, "two\n", 2),
                         cases[i].changed ? OUTPUT_CHANGED : 0);
        (void)close_all(NULL);
    }
    begin(&this_run, 10);
}

int main(void) {
#define WITH_FILES(test) cmocka_unit_test_teardown(test, close_all)
    const struct CMUnitTest tests[] = {
        WITH_FILES(appends_and_marks),
        WITH_FILES(goes_on_behind_what_is_there),
        WITH_FILES(takes_as_many_lines_as_it_says),
        WITH_FILES(what_no_worker_may_do_panics),
        WITH_FILES(a_failed_write_changes_nothing),
        WITH_FILES(a_full_disk_is_told),
        WITH_FILES(a_death_in_the_write_is_cut_back),
        WITH_FILES(waits_no_longer_than_it_may),
        WITH_FILES(every_artist_has_one_line_whoever_dies),
        WITH_FILES(nothing_is_written_to_a_file_that_others_changed),
        WITH_FILES(a_file_that_fits_again_is_still_not_ours),
        WITH_FILES(a_look_disturbs_nobody),
        WITH_FILES(nothing_is_cut_from_a_file_that_others_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
