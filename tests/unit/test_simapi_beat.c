#include "sim_beat.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#define MS UINT64_C(1000000)
#define CLOCK (1000000 * 1000 * MS) // a whole second

static struct beat beat;
static char path[64];

static int begin(void **state) {
    (void)state;
    (void)snprintf(path, sizeof(path), "/tmp/test-beat.%d", (int)getpid());
    sim_beat_open(&beat, path, 0);
    return 0;
}

static int end(void **state) {
    (void)state;
    return unlink(path);
}

// The loop turns at these milliseconds; the wall clock began at CLOCK.
static void turns_at(const uint64_t *ms, size_t count) {
    for (size_t i = 0; i < count; i++) {
        sim_beat(&beat, ms[i] * MS, CLOCK + ms[i] * MS);
    }
    sim_beat_close(&beat);
}

static void assert_written(const char *wanted) {
    char got[1024] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_true(read(fd, got, sizeof(got) - 1) >= 0);
    close(fd);
    assert_string_equal(got, wanted);
}

static void in_time(void **state) {
    (void)state;
    uint64_t ms[12];
    for (size_t i = 0; i < 12; i++) {
        ms[i] = 10 * (i + 1);
    }
    turns_at(ms, 12);
    assert_written("tenth\tworst_us\tbeats\n10000000\t0\t9\n10000001\t0\t3\n");
}

static void turns_between_beats_count_nothing(void **state) {
    (void)state;
    turns_at((const uint64_t[]){3, 9, 10, 14, 20}, 5);
    assert_written("tenth\tworst_us\tbeats\n10000000\t0\t2\n");
}

// From 10 ms to 330 ms nothing ran: the beat of 20 ms came 310 ms late, and all tenths since then were
// starved.
static void slept_through(void **state) {
    (void)state;
    turns_at((const uint64_t[]){10, 330, 340}, 3);
    assert_written(
        "tenth\tworst_"
        "us\tbeats\n10000000\t310000\t1\n10000001\t310000\t0\n10000002\t310000\t0\n10000003\t310000\t2\n");
}

static void late_by_a_little(void **state) {
    (void)state;
    turns_at((const uint64_t[]){10, 24, 30}, 3);
    assert_written("tenth\tworst_us\tbeats\n10000000\t4000\t3\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(in_time, begin, end),
        cmocka_unit_test_setup_teardown(turns_between_beats_count_nothing, begin, end),
        cmocka_unit_test_setup_teardown(slept_through, begin, end),
        cmocka_unit_test_setup_teardown(late_by_a_little, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
