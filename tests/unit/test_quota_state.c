#include "quota/quota_record.h"
#include "quota/quota_state.h"
#include "ration/clock.h"
#include "unit_child.h"
#include "unit_directory.h"
#include "unit_random.h"
#include "unit_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#define S CLOCK_SECOND
#define WALL (1700000000 * S)

static const struct quota_record good = {
    .period_began = WALL - 3600 * S + 123 * CLOCK_MS,
    .used = 30,
    .daily_limit = 50,
    .paused_until = WALL + 3600 * S,
    .written = WALL,
    .run = "20260131T000000-0123ab",
    .period = 2,
    .boot = "1f0e2d3c-0000-4000-8000-0123456789ab",
    .since_boot = 4711 * CLOCK_MS,
};
static const char *const no_others[] = {NULL};

static void assert_same(const struct quota_record *a, const struct quota_record *b) {
    assert_int_equal(a->period_began, b->period_began);
    assert_int_equal(a->used, b->used);
    assert_int_equal(a->daily_limit, b->daily_limit);
    assert_int_equal(a->paused_until, b->paused_until);
    assert_int_equal(a->written, b->written);
    assert_string_equal(a->run, b->run);
    assert_int_equal(a->period, b->period);
    assert_string_equal(a->boot, b->boot);
    assert_int_equal(a->since_boot, b->since_boot);
}

static void comes_back_as_it_was_written(void **state) {
    (void)state;
    char text[QUOTA_RECORD_MOST];
    struct quota_record record, again = good;
    size_t length = quota_record_encode(&good, text);
    assert_string_equal(
        text, "{\"version\":1,\"period_began\":\"2023-11-14T21:13:20.123Z\",\"used\":30,\"daily_limit\":50,"
              "\"paused_until\":\"2023-11-14T23:13:20.000Z\",\"written\":\"2023-11-14T22:13:20.000Z\","
              "\"run\":\"20260131T000000-0123ab\",\"period\":2,"
              "\"boot\":\"1f0e2d3c-0000-4000-8000-0123456789ab\",\"since_boot_ms\":4711}\n");
    assert_int_equal(length, strlen(text));
    assert_null(quota_record_decode(text, length, &record));
    assert_same(&record, &good);
    again.paused_until = 0;
    length = quota_record_encode(&again, text);
    assert_non_null(strstr(text, "\"paused_until\":null"));
    assert_null(quota_record_decode(text, length, &record));
    assert_same(&record, &again);
}

#define BEGAN "\"period_began\":\"2026-01-31T00:00:00Z\""
#define PAUSED "\"paused_until\":null"
#define WRITTEN "\"written\":\"2026-01-31T12:00:00.000Z\""

static void checks_each_member(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"{\"version\":1," BEGAN ",\"used\":0,\"daily_limit\":1," PAUSED "," WRITTEN "}", true},
        {"{\"version\":1," BEGAN ",\"used\":0,\"daily_limit\":1," PAUSED "," WRITTEN
         ",\"note\":\"mine\"}\n \n",
         true},
        {"{\"version\":1," BEGAN ",\"used\":0,\"daily_limit\":1," PAUSED "," WRITTEN "}{}", false},
        {"", false},
        {"null", false},
        {"[]", false},
        {"{", false},
        {"{}", false},
        {"{\"version\":2," BEGAN ",\"used\":0,\"daily_limit\":1," PAUSED "," WRITTEN "}", false},
        {"{\"version\":\"1\"," BEGAN ",\"used\":0,\"daily_limit\":1," PAUSED "," WRITTEN "}", false},
        {"{\"version\":1,\"used\":0,\"daily_limit\":1," PAUSED "," WRITTEN "}", false},
        {"{\"version\":1," BEGAN ",\"daily_limit\":1," PAUSED "," WRITTEN "}", false},
        {"{\"version\":1," BEGAN ",\"used\":-1,\"daily_limit\":1," PAUSED "," WRITTEN "}", false},
        {"{\"version\":1," BEGAN ",\"used\":1.5,\"daily_limit\":1," PAUSED "," WRITTEN "}", false},
        {"{\"version\":1," BEGAN ",\"used\":1e99,\"daily_limit\":1," PAUSED "," WRITTEN "}", false},
        {"{\"version\":1," BEGAN ",\"used\":1e16,\"daily_limit\":1," PAUSED "," WRITTEN "}", false},
        {"{\"version\":1," BEGAN ",\"used\":null,\"daily_limit\":1," PAUSED "," WRITTEN "}", false},
        {"{\"version\":1," BEGAN ",\"used\":0,\"daily_limit\":0," PAUSED "," WRITTEN "}", false},
        {"{\"version\":1," BEGAN ",\"used\":0," PAUSED "," WRITTEN "}", false},
        {"{\"version\":1," BEGAN ",\"used\":0,\"daily_limit\":1," WRITTEN "}", false},
        {"{\"version\":1," BEGAN ",\"used\":0,\"daily_limit\":1," PAUSED "}", false},
        {"{\"version\":1,\"period_began\":1,\"used\":0,\"daily_limit\":1," PAUSED "," WRITTEN "}", false},
        {"{\"version\":1,\"period_began\":\"yesterday\",\"used\":0,\"daily_limit\":1," PAUSED "," WRITTEN "}",
         false},
        {"{\"version\":1,\"period_began\":\"2026-01-31T00:00:00\",\"used\":0,\"daily_limit\":1," PAUSED
         "," WRITTEN "}",
         false},
        {"{\"version\":1,\"period_began\":\"2026-13-31T00:00:00Z\",\"used\":0,\"daily_limit\":1," PAUSED
         "," WRITTEN "}",
         false},
        {"{\"version\":1,\"period_began\":\"1960-01-31T00:00:00Z\",\"used\":0,\"daily_limit\":1," PAUSED
         "," WRITTEN "}",
         false},
        // Somebody has set the clock: no reason to forget what was used.
        {"{\"version\":1,\"period_began\":\"2026-01-31T13:00:00Z\",\"used\":0,\"daily_limit\":1," PAUSED
         "," WRITTEN "}",
         true},
        {"{\"version\":1," BEGAN
         ",\"used\":0,\"daily_limit\":1,\"paused_until\":\"2026-02-09T00:00:00Z\"," WRITTEN "}",
         true},
        {"{\"version\":1," BEGAN
         ",\"used\":0,\"daily_limit\":1,\"paused_until\":\"2026-01-30T00:00:00Z\"," WRITTEN "}",
         true},
        {"{\"version\":1," BEGAN ",\"used\":0,\"daily_limit\":1," PAUSED "," WRITTEN
         ",\"boot\":\"b\",\"since_boot_ms\":5}",
         true},
        {"{\"version\":1," BEGAN ",\"used\":0,\"daily_limit\":1," PAUSED "," WRITTEN ",\"boot\":\"b\"}",
         false},
        {"{\"version\":1," BEGAN ",\"used\":0,\"daily_limit\":1," PAUSED "," WRITTEN
         ",\"boot\":\"b\",\"since_boot_ms\":-1}",
         false},
        {"{\"version\":1," BEGAN ",\"used\":0,\"daily_limit\":1,\"paused_until\":0," WRITTEN "}", false},
        {"{\"version\":1," BEGAN ",\"used\":0,\"daily_limit\":1," PAUSED "," WRITTEN ",\"run\":\"r\"}",
         false},
        {"{\"version\":1," BEGAN ",\"used\":0,\"daily_limit\":1," PAUSED "," WRITTEN
         ",\"run\":7,\"period\":1}",
         false},
        {"{\"version\":1," BEGAN ",\"used\":0,\"daily_limit\":1," PAUSED "," WRITTEN
         ",\"run\":\"far longer than any run id can be\",\"period\":1}",
         false},
    };
    struct quota_record record;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *wrong = quota_record_decode(cases[i].text, strlen(cases[i].text), &record);
        if ((wrong == NULL) != cases[i].good) {
            fail_msg("case %zu, %s: %s", i, cases[i].text, wrong != NULL ? wrong : "taken");
        }
    }
    assert_non_null(quota_record_decode("{}\0{}", 5, &record));
}

// Whatever the bytes are, they are taken or refused.
static void survives_any_bytes(void **state) {
    (void)state;
    char text[QUOTA_RECORD_MOST], changed[QUOTA_RECORD_MOST];
    struct quota_record record;
    struct unit_random random = {1};
    size_t length = quota_record_encode(&good, text);
    for (size_t cut = 0; cut + 2 < length; cut++) {
        assert_non_null(quota_record_decode(text, cut, &record));
    }
    for (int round = 0; round < 400; round++) {
        memcpy(changed, text, length);
        for (int i = 0; i < 3; i++) {
            changed[unit_random_below(&random, (uint32_t)length)] = (char)unit_random_below(&random, 256);
        }
        if (quota_record_decode(changed, length, &record) == NULL) {
            assert_true(record.used <= 1000000000000000ULL && record.daily_limit > 0 &&
                        strlen(record.run) < sizeof(record.run));
        }
    }
}

static void names_itself_after_the_output(void **state) {
    (void)state;
    static const char *const names[][2] = {{"out.jsonl", "out.quota.json"},
                                           {"a/b.c.jsonl", "a/b.c.quota.json"},
                                           {"out", "out.quota.json"},
                                           {".jsonl", ".jsonl.quota.json"}};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *path = quota_state_path(NULL, names[i][0]);
        assert_string_equal(path, names[i][1]);
        free(path);
    }
    char *path = quota_state_path("x", "out.jsonl");
    assert_string_equal(path, "x");
    free(path);
}

static void write_and_load(void **state) {
    (void)state;
    struct unit_directory directory;
    struct quota_state file;
    struct quota_record record;
    bool known = true;
    directory_make(&directory);
    const char *path = directory_file(&directory, "q.json");
    assert_int_equal(quota_state_open(&file, path, no_others, &record, &known), 0);
    assert_false(known);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(quota_state_write(&file, &good), 0);
    quota_state_close(&file);
    quota_state_close(&file);
    assert_int_not_equal(access(directory_file(&directory, "q.json.lock"), F_OK), 0);
    assert_int_not_equal(access(directory_file(&directory, "q.json.new"), F_OK), 0);
    assert_int_equal(quota_state_open(&file, path, no_others, &record, &known), 0);
    assert_true(known);
    assert_same(&record, &good);
    quota_state_close(&file);
    directory_remove(&directory);
}

// What was used stands in it: counting from 0 would break the limit.
static void one_that_cannot_be_read_is_not_forgotten(void **state) {
    (void)state;
    struct unit_directory directory;
    struct quota_state quota;
    struct quota_record record;
    struct unit_told told;
    struct stat status;
    bool known;
    directory_make(&directory);
    if (geteuid() == 0) { // root may read everything
        directory_remove(&directory);
        return;
    }
    const char *path = directory_write(&directory, "q.json", "{}", 2);
    assert_int_equal(chmod(path, 0), 0);
    told_begin(&told);
    assert_int_equal(quota_state_open(&quota, path, no_others, &record, &known), -1);
    assert_non_null(strstr(told_end(&told), "cannot be read"));
    assert_int_equal(stat(path, &status), 0);
    directory_remove(&directory);
}

static void sets_aside_what_makes_no_sense(void **state) {
    (void)state;
    struct unit_directory directory;
    struct unit_told told;
    struct quota_state file;
    struct quota_record record;
    bool known;
    char *large = calloc(1, 10000);
    assert_non_null(large);
    memset(large, ' ', 10000);
    const struct {
        const char *bytes;
        size_t length;
    } cases[] = {{"", 0}, {"{\"version\":1", 12}, {"\0\0\0\0", 4}, {large, 10000}};
    directory_make(&directory);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *path = directory_write(&directory, "q.json", cases[i].bytes, cases[i].length);
        struct stat status;
        told_begin(&told);
        int result = quota_state_open(&file, path, no_others, &record, &known);
        told_end(&told);
        assert_int_equal(result, 0);
        assert_false(known);
        assert_non_null(strstr(told.text, "it is set aside as "));
        assert_int_not_equal(access(path, F_OK), 0);
        assert_int_equal(stat(directory_file(&directory, "q.json.corrupt"), &status), 0);
        assert_int_equal(status.st_size, cases[i].length);
        quota_state_close(&file);
    }
    free(large);
    directory_remove(&directory);
}

static void assert_refused(const char *path, const char *const *others, const char *why) {
    struct unit_told told;
    struct quota_state file;
    struct quota_record record;
    bool known;
    told_begin(&told);
    int result = quota_state_open(&file, path, others, &record, &known);
    told_end(&told);
    assert_int_equal(result, -1);
    if (strstr(told.text, why) == NULL || strstr(told.text, "--quota-state") == NULL) {
        fail_msg("%s: %s", path, told.text);
    }
}

static void refuses_what_cannot_be_a_state_file(void **state) {
    (void)state;
    struct unit_directory directory;
    directory_make(&directory);
    const char *out = directory_write(&directory, "out.jsonl", "", 0);
    const char *link_to_out = directory_file(&directory, "link");
    const char *hard = directory_file(&directory, "hard");
    const char *const others[] = {out, NULL};
    assert_int_equal(symlink(out, link_to_out), 0);
    assert_int_equal(link(out, hard), 0);
    assert_refused(directory.path, no_others, "is not a regular file");
    assert_refused(link_to_out, no_others, "is a symbolic link");
    assert_refused(out, others, "name another one");
    assert_refused(hard, others, "name another one");
    assert_refused(directory_file(&directory, "none/q.json"), no_others, "No such file or directory");
    assert_refused("/proc/self/q.json", no_others, "");
    directory_remove(&directory);
}

static void one_run_at_a_time(void **state) {
    (void)state;
    struct unit_directory directory;
    struct quota_state file;
    struct quota_record record;
    bool known;
    directory_make(&directory);
    const char *path = directory_file(&directory, "q.json");
    assert_int_equal(quota_state_open(&file, path, no_others, &record, &known), 0);
    assert_refused(path, no_others, "another run counts in it");
    assert_refused(path, no_others,
                   "another run counts in it"); // the first refusal did not take the lock away
    assert_int_equal(quota_state_write(&file, &good), 0);
    quota_state_close(&file);
    assert_int_equal(quota_state_open(&file, path, no_others, &record, &known), 0);
    assert_true(known);
    quota_state_close(&file);
    directory_remove(&directory);
}

struct contest {
    const char *path;
    int pipe;
};

static void compete(void *context) {
    struct contest *contest = context;
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    CHILD_CHECK(null >= 0 && dup2(null, STDERR_FILENO) >= 0);
    unsigned won = 0;
    for (int round = 0; round < 2000; round++) {
        struct quota_state file;
        struct quota_record record;
        bool known;
        if (quota_state_open(&file, contest->path, no_others, &record, &known) != 0) {
            continue;
        }
        record.daily_limit = 50;
        record.period_began = record.written = WALL;
        record.used = known ? record.used + 1 : 1;
        record.paused_until = 0;
        if (!known) {
            record.run[0] = '\0';
            record.period = 0;
        }
        CHILD_CHECK(quota_state_write(&file, &record) == 0);
        won++;
        quota_state_close(&file);
    }
    CHILD_CHECK(write(contest->pipe, &won, sizeof(won)) == sizeof(won));
}

// The lock is good although its file comes and goes: no count is lost.
static void locks_are_good(void **state) {
    (void)state;
    struct unit_directory directory;
    struct quota_state file;
    struct quota_record record;
    bool known;
    int ends[2];
    pid_t pid[3];
    uint64_t sum = 0;
    directory_make(&directory);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    struct contest contest = {directory_file(&directory, "q.json"), ends[1]};
    for (int i = 0; i < 3; i++) {
        pid[i] = child_start(compete, &contest);
    }
    for (int i = 0; i < 3; i++) {
        unsigned won;
        assert_true(child_good(pid[i]));
        assert_int_equal(read(ends[0], &won, sizeof(won)), sizeof(won));
        sum += won;
    }
    assert_int_equal(quota_state_open(&file, contest.path, no_others, &record, &known), 0);
    assert_int_equal(record.used, sum);
    assert_true(sum > 0);
    quota_state_close(&file);
    (void)close(ends[0]);
    (void)close(ends[1]);
    directory_remove(&directory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_as_it_was_written),
        cmocka_unit_test(checks_each_member),
        cmocka_unit_test(survives_any_bytes),
        cmocka_unit_test(names_itself_after_the_output),
        cmocka_unit_test(write_and_load),
        cmocka_unit_test(one_that_cannot_be_read_is_not_forgotten),
        cmocka_unit_test(sets_aside_what_makes_no_sense),
        cmocka_unit_test(refuses_what_cannot_be_a_state_file),
        cmocka_unit_test(one_run_at_a_time),
        cmocka_unit_test(locks_are_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
