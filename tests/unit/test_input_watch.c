// The proof of records, and the watch over the input.
#include "input/input_watch.h"

#include "input/input_check.h"
#include "input/record_at.h"
#include "ration/clock.h"
#include "ration/record_group.h"
#include "unit_directory.h"
#include "unit_told.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

enum { ARTISTS = 200, LINE = 20 };
#define HEADER "artist_id,name,data\n"

struct scene {
    struct unit_directory directory;
    const char *path;
    int fd;
    struct input_index index;
    struct input_watch watch;
    struct unit_told told;
};

// Lines of one length: "a0007,Name 0007,xyz\n".
static void fill(char text[sizeof(HEADER) + ARTISTS * LINE]) {
    size_t used = (size_t)sprintf(text, HEADER);
    for (int i = 0; i < ARTISTS; i++) {
        used += (size_t)sprintf(text + used, "a%04d,Name %04d,xyz\n", i, i);
    }
}

static int set_up(void **state) {
    static struct scene scene;
    static char text[sizeof(HEADER) + ARTISTS * LINE];
    struct stat status;
    scene = (struct scene){0};
    directory_make(&scene.directory);
    fill(text);
    scene.path = directory_write(&scene.directory, "in.csv", text, strlen(text));
    scene.fd = open(scene.path, O_RDONLY | O_CLOEXEC);
    assert_true(scene.fd >= 0);
    assert_int_equal(fstat(scene.fd, &status), 0);
    assert_int_equal(input_check(scene.fd, "in.csv", SETTINGS_CSV, NULL, NULL, 0, &scene.index, NULL), 0);
    input_watch_begin(&scene.watch, scene.fd, "in.csv", &scene.index, &status);
    told_begin(&scene.told);
    *state = &scene;
    return 0;
}

static int tear_down(void **state) {
    struct scene *scene = *state;
    told_end(&scene->told);
    input_watch_end(&scene->watch);
    input_index_free(&scene->index);
    (void)close(scene->fd);
    directory_remove(&scene->directory);
    return 0;
}

static void overwrite(const struct scene *scene, int artist, size_t at, const char *text) {
    int fd = open(scene->path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, text, strlen(text), (off_t)(sizeof(HEADER) - 1 + (size_t)artist * LINE + at)),
                     strlen(text));
    (void)close(fd);
}

static void set_times(const struct scene *scene) {
    const struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    assert_int_equal(utimensat(AT_FDCWD, scene->path, times, 0), 0);
}

static bool ticks(struct scene *scene) {
    return input_watch_tick(&scene->watch, CLOCK_NEVER);
}

static void a_touch_is_no_change(void **state) {
    struct scene *scene = *state;
    assert_true(ticks(scene));
    set_times(scene);
    assert_true(input_watch_tick(&scene->watch, 1)); // no time to compare anything
    assert_non_null(scene->watch.reader);
    assert_true(ticks(scene));
    assert_null(scene->watch.reader);
    assert_int_equal(unlink(scene->path), 0);
    assert_true(ticks(scene));
    const char *text = told_end(&scene->told);
    told_begin(&scene->told);
    assert_non_null(strstr(text, "its content has not; the run goes on"));
}

static void a_change_is_told_once(void **state) {
    struct scene *scene = *state;
    overwrite(scene, ARTISTS - 1, 6, "Mane");
    set_times(scene);
    assert_false(ticks(scene));
    assert_false(ticks(scene));
    const char *text = told_end(&scene->told);
    told_begin(&scene->told);
    text = strstr(text, "in.csv: was changed while the run worked on it: its records are not the same");
    assert_non_null(text);
    assert_null(strstr(text + 20, "was changed"));
}

static void another_size_is_a_change(void **state) {
    struct scene *scene = *state;
    assert_int_equal(truncate(scene->path, sizeof(HEADER) - 1 + LINE), 0);
    assert_false(ticks(scene));
}

// A change while it is being compared, behind the place that was reached.
static void comparing_begins_again(void **state) {
    struct scene *scene = *state;
    set_times(scene);
    assert_true(input_watch_tick(&scene->watch, 1));
    scene->watch.next = 2;
    overwrite(scene, 0, 6, "Mane");
    assert_false(ticks(scene));
}

static void a_record_is_proved(void **state) {
    struct scene *scene = *state;
    struct record record;
    struct record_reader *reader = record_at(&scene->index, scene->fd, "in.csv", 70, &record);
    assert_non_null(reader);
    assert_string_equal(record.id.text, "a0070");
    record_reader_free(reader);
    overwrite(scene, 71, 6, "Mane"); // of the same group
    assert_null(record_at(&scene->index, scene->fd, "in.csv", 70, &record));
    reader = record_at(&scene->index, scene->fd, "in.csv", 199, &record);
    assert_non_null(reader);
    assert_string_equal(record.id.text, "a0199");
    record_reader_free(reader);
}

// What is read again after it was proved is compared once more.
static void nothing_changes_between_two_looks(void **state) {
    struct scene *scene = *state;
    struct record_group group;
    struct record record;
    uint64_t proof;
    struct record_reader *reader = record_at_reader(&scene->index, scene->fd, "in.csv");
    record_reader_seek(reader, scene->index.place[1].offset, scene->index.place[1].line);
    assert_int_equal(record_group_read(reader, &group, &proof), RECORD_OK);
    assert_int_equal(group.count, RECORD_GROUP);
    assert_int_equal(proof, scene->index.place[1].proof);
    overwrite(scene, 65, 6, "Mane");
    record_reader_free(reader); // with what it has read ahead
    reader = record_at_reader(&scene->index, scene->fd, "in.csv");
    record_reader_seek(reader, scene->index.place[1].offset, scene->index.place[1].line);
    assert_int_equal(record_reader_next(reader, &record), RECORD_OK);
    assert_true(record_group_holds(&group, 0, &record));
    assert_false(record_group_holds(&group, 1, &record));
    assert_false(record_group_holds(&group, RECORD_GROUP, &record));
    assert_int_equal(record_reader_next(reader, &record), RECORD_OK);
    assert_false(record_group_holds(&group, 1, &record));
    // The last group is a short one.
    record_reader_seek(reader, scene->index.place[3].offset, scene->index.place[3].line);
    assert_int_equal(record_group_read(reader, &group, &proof), RECORD_OK);
    assert_int_equal(group.count, ARTISTS % RECORD_GROUP);
    assert_int_equal(proof, scene->index.place[3].proof);
    record_reader_free(reader);
}

static struct record record_of(const char *const *names, struct record_field *field, size_t columns) {
    return (struct record){.columns = columns, .column = names, .field = field};
}

static void every_column_counts(void **state) {
    (void)state;
    static const char *const names[] = {"a", "b"}, *const others[] = {"a", "c"};
    struct record_field one[] = {{"xy", 2}, {"z", 1}}, moved[] = {{"x", 1}, {"yz", 2}},
                        same[] = {{"xy", 2}, {"z", 1}}, last[] = {{"xy", 2}, {"w", 1}};
    struct record first = record_of(names, one, 2), second = record_of(names, same, 2);
    assert_int_equal(record_group_hash(&first), record_group_hash(&second));
    second = record_of(names, moved, 2);
    assert_int_not_equal(record_group_hash(&first), record_group_hash(&second));
    second = record_of(names, last, 2);
    assert_int_not_equal(record_group_hash(&first), record_group_hash(&second));
    second = record_of(others, same, 2);
    assert_int_not_equal(record_group_hash(&first), record_group_hash(&second));
    second = record_of(names, same, 1);
    assert_int_not_equal(record_group_hash(&first), record_group_hash(&second));
    assert_int_not_equal(record_group_join(record_group_join(0, 1), 2),
                         record_group_join(record_group_join(0, 2), 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_touch_is_no_change),   TEST(a_change_is_told_once), TEST(another_size_is_a_change),
        TEST(comparing_begins_again), TEST(a_record_is_proved),    TEST(nothing_changes_between_two_looks),
        TEST(every_column_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
