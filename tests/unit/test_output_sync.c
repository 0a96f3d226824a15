// What of the output is on the disk: only what a good sync has put there.
#include "ration/output_sync.h"

#include "arena/journal.h"
#include "arena/layout.h"
#include "arena/output_expect.h"
#include "ration/clock.h"
#include "ration/guard.h"
#include "unit_arena.h"
#include "unit_directory.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define SLOT 0U
#define OTHER_SLOT 1U

static struct unit_directory directory;
static struct output output;

static int open_one(const char *name) {
    int fd = open(directory_file(&directory, name), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    return fd;
}

static int open_all(void **state) {
    (void)state;
    directory_make(&directory);
    output = (struct output){.arena = unit_arena(4, 1, 10)};
    output.fd[OUTPUT_ANSWERS] = open_one("out");
    output.fd[OUTPUT_ERRORS] = open_one("err");
    output_attach(&output);
    output_note_links(&output);
    return 0;
}

static int close_all(void **state) {
    (void)state;
    (void)close(output.fd[OUTPUT_ANSWERS]);
    (void)close(output.fd[OUTPUT_ERRORS]);
    arena_close(output.arena);
    directory_remove(&directory);
    return 0;
}

static void append(enum output_file file, const char *line, uint32_t artist) {
    assert_int_equal(output_append(&output, SLOT, file, line, strlen(line), &artist, 1, CLOCK_NEVER), 0);
}

static uint64_t synced(enum output_file file) {
    return output_sync_length(output.arena, file);
}

static void syncs_when_it_is_time(void **state) {
    (void)state;
    uint64_t now = clock_now();
    assert_int_equal(output_sync(&output, SLOT, CLOCK_SECOND, now), 0); // nothing to sync
    append(OUTPUT_ANSWERS, "one\n", 1);
    assert_int_equal(output_sync(&output, SLOT, CLOCK_NEVER, now), 0);
    assert_int_equal(synced(OUTPUT_ANSWERS), 0); // never
    assert_int_equal(output_sync(&output, SLOT, CLOCK_SECOND, now), 0);
    assert_int_equal(synced(OUTPUT_ANSWERS), 4);
    append(OUTPUT_ANSWERS, "two\n", 2);
    append(OUTPUT_ERRORS, "bad\n", 3);
    assert_int_equal(output_sync(&output, SLOT, CLOCK_SECOND, now + CLOCK_SECOND - 1), 0);
    assert_int_equal(synced(OUTPUT_ANSWERS), 4); // not yet
    assert_int_equal(output_sync(&output, SLOT, CLOCK_SECOND, now + CLOCK_SECOND), 0);
    assert_int_equal(synced(OUTPUT_ANSWERS), 8);
    assert_int_equal(synced(OUTPUT_ERRORS), 4);
    append(OUTPUT_ANSWERS, "three\n", 4);
    assert_int_equal(output_sync(&output, OTHER_SLOT, CLOCK_SECOND, now + CLOCK_SECOND), 0);
    assert_int_equal(synced(OUTPUT_ANSWERS), 8);                            // one process does it for all
    assert_int_equal(output_sync(&output, SLOT, 0, now + CLOCK_SECOND), 0); // after every append
    assert_int_equal(synced(OUTPUT_ANSWERS), 14);
}

static void what_is_wanted_is_synced_within_moments(void **state) {
    (void)state;
    uint64_t hour = 3600 * CLOCK_SECOND, now = clock_now() + hour;
    append(OUTPUT_ANSWERS, "one\n", 1);
    assert_int_equal(output_sync(&output, SLOT, hour, now), 0);
    append(OUTPUT_ANSWERS, "two\n", 2);
    assert_int_equal(output_sync(&output, SLOT, hour, now + CLOCK_MINUTE), 0);
    assert_int_equal(synced(OUTPUT_ANSWERS), 4);
    output_sync_want(output.arena, OUTPUT_ANSWERS, 8);
    assert_int_equal(output_sync(&output, SLOT, CLOCK_NEVER, now + CLOCK_MINUTE), 0);
    assert_int_equal(synced(OUTPUT_ANSWERS), 4); // never, whoever waits
    assert_int_equal(output_sync(&output, SLOT, hour, now + CLOCK_MS), 0);
    assert_int_equal(synced(OUTPUT_ANSWERS), 4); // nor all the time
    assert_int_equal(output_sync(&output, SLOT, hour, now + CLOCK_MINUTE), 0);
    assert_int_equal(synced(OUTPUT_ANSWERS), 8);
    append(OUTPUT_ANSWERS, "three\n", 3);
    assert_int_equal(output_sync(&output, SLOT, hour, now + 2 * CLOCK_MINUTE), 0);
    assert_int_equal(synced(OUTPUT_ANSWERS), 8); // nobody waits for these
}

static void what_earlier_runs_wrote_counts_from_the_first_sync_on(void **state) {
    (void)state;
    assert_int_equal(write(output.fd[OUTPUT_ANSWERS], "earlier\n", 8), 8);
    output_set_length(output.arena, OUTPUT_ANSWERS, 8);
    assert_int_equal(synced(OUTPUT_ANSWERS), 0);
    assert_int_equal(output_sync(&output, GUARD_COORDINATOR, 0, clock_now()), 0);
    assert_int_equal(synced(OUTPUT_ANSWERS), 8);
}

// The kernel tells of bytes that it has lost to the first who asks, and to nobody else. Whatever is synced
// after that, the lines between are lost.
static void nothing_is_known_to_be_there_once_a_sync_has_failed(void **state) {
    (void)state;
    int ends[2], kept = output.fd[OUTPUT_ANSWERS];
    append(OUTPUT_ANSWERS, "one\n", 1);
    assert_int_equal(output_sync(&output, SLOT, 0, clock_now()), 0);
    append(OUTPUT_ANSWERS, "two\n", 2);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    output.fd[OUTPUT_ANSWERS] = ends[1]; // cannot be synced
    assert_int_equal(output_sync(&output, SLOT, 0, clock_now()), EINVAL);
    assert_int_equal(output_sync_error(output.arena), EINVAL);
    assert_int_equal(synced(OUTPUT_ANSWERS), 4);
    output.fd[OUTPUT_ANSWERS] = kept;
    append(OUTPUT_ANSWERS, "three\n", 3);
    append(OUTPUT_ERRORS, "bad\n", 4);
    assert_int_equal(output_sync(&output, SLOT, 0, clock_now()), EINVAL);
    assert_int_equal(synced(OUTPUT_ANSWERS), 4);
    assert_int_equal(synced(OUTPUT_ERRORS), 0);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

// The length stands in the arena before the bytes stand in the file. A sync that comes between must not count
// them as synced, else the last lines before a long pause stay unsynced all the while.
static void a_sync_in_the_middle_of_an_append_does_not_count_it(void **state) {
    (void)state;
    struct arena *arena = output.arena;
    uint64_t now = clock_now();
    assert_true(guard_try(arena, GUARD_OUTPUT, OTHER_SLOT));
    journal_add(arena, GUARD_OUTPUT, &arena->header->length[OUTPUT_ANSWERS], 4);
    assert_int_equal(output_sync(&output, SLOT, 0, now), 0);
    assert_int_equal(write(output.fd[OUTPUT_ANSWERS], "one\n", 4), 4);
    journal_commit(arena, GUARD_OUTPUT);
    guard_unlock(arena, GUARD_OUTPUT, OTHER_SLOT);
    assert_int_equal(synced(OUTPUT_ANSWERS), 0);
    assert_int_equal(output_sync(&output, SLOT, 0, now + 1), 0);
    assert_int_equal(synced(OUTPUT_ANSWERS), 4);
}

// Nor what is taken back after it: other lines will stand there.
static void a_sync_does_not_count_what_is_cut_back(void **state) {
    (void)state;
    struct arena *arena = output.arena;
    append(OUTPUT_ANSWERS, "one\n", 1);
    assert_int_equal(output_sync(&output, SLOT, 0, clock_now()), 0);
    assert_true(guard_try(arena, GUARD_OUTPUT, OTHER_SLOT));
    output_expect(arena, OUTPUT_ANSWERS, 8);
    journal_add(arena, GUARD_OUTPUT, &arena->header->length[OUTPUT_ANSWERS], 8);
    assert_int_equal(write(output.fd[OUTPUT_ANSWERS], "two\n", 4), 4);
    assert_int_equal(output_sync(&output, SLOT, 0, clock_now()), 0);
    assert_int_equal(guard_reap(arena, GUARD_OUTPUT, OTHER_SLOT), 0);
    assert_int_equal(synced(OUTPUT_ANSWERS), 4);
    assert_int_equal(output_length(arena, OUTPUT_ANSWERS), 4);
    append(OUTPUT_ANSWERS, "three\n", 3);
    assert_int_equal(synced(OUTPUT_ANSWERS), 4);
    assert_int_equal(output_sync(&output, SLOT, 0, clock_now()), 0);
    assert_int_equal(synced(OUTPUT_ANSWERS), 10);
}

int main(void) {
#define WITH_FILES(test) cmocka_unit_test_setup_teardown(test, open_all, close_all)
    const struct CMUnitTest tests[] = {
        WITH_FILES(syncs_when_it_is_time),
        WITH_FILES(what_is_wanted_is_synced_within_moments),
        WITH_FILES(what_earlier_runs_wrote_counts_from_the_first_sync_on),
        WITH_FILES(nothing_is_known_to_be_there_once_a_sync_has_failed),
        WITH_FILES(a_sync_in_the_middle_of_an_append_does_not_count_it),
        WITH_FILES(a_sync_does_not_count_what_is_cut_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
