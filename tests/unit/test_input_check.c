#include "input/input_check.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#define HEADER "artist_id,name,data\n"

static char told[256 << 10]; // what was written to stderr

static int file_of(const char *text, size_t length) {
    int fd = memfd_create("input", MFD_CLOEXEC);
    assert_int_equal(write(fd, text, length), length);
    return fd;
}

static int check(int fd, enum settings_format format, uint64_t limit, struct input_index *index,
                 struct id_table **ids) {
    int log = memfd_create("log", MFD_CLOEXEC);
    int real = dup(STDERR_FILENO);
    dup2(log, STDERR_FILENO);
    int status = input_check(fd, "in", format, NULL, NULL, limit, index, ids);
    dup2(real, STDERR_FILENO);
    close(real);
    ssize_t got = pread(log, told, sizeof(told) - 1, 0);
    assert_true(got >= 0);
    told[got] = '\0';
    close(log);
    return status;
}

static size_t lines_told(void) {
    size_t lines = 0;
    for (const char *at = told; (at = strchr(at, '\n')) != NULL; at++) {
        lines++;
    }
    return lines;
}

static void assert_told(const char *text) {
    if (strstr(told, text) == NULL) {
        assert_string_equal(told, text);
    }
}

static void refuse(const char *text, size_t length, enum settings_format format) {
    struct input_index index;
    int fd = file_of(text, length);
    assert_int_equal(check(fd, format, 0, &index, NULL), -1);
    close(fd);
}
#define REFUSE(text) refuse(text, sizeof(text) - 1, SETTINGS_CSV)

static char *many(uint32_t count, size_t *length) {
    size_t size = 64 + (size_t)count * 64;
    char *text = malloc(size);
    size_t used = (size_t)snprintf(text, size, "artist_id,name,data,priority\n");
    for (uint32_t i = 0; i < count; i++) {
        used += (size_t)snprintf(text + used, size - used, "id-%u,Name %u,\"a\n%u\",%s\n", i, i, i,
                                 i % 1000 == 999   ? "high"
                                 : i % 1000 == 500 ? "low"
                                                   : "");
    }
    *length = used;
    return text;
}

static void indexes(void **state) {
    (void)state;
    enum { COUNT = 100000 };
    size_t length;
    char *text = many(COUNT, &length);
    int fd = file_of(text, length);
    struct input_index index;
    struct id_table *ids;
    assert_int_equal(check(fd, SETTINGS_CSV, 0, &index, &ids), 0);
    assert_int_equal(index.artists, COUNT);
    assert_int_equal(index.total, COUNT);
    assert_int_equal(id_table_count(ids), COUNT);
    assert_int_equal(index.columns, 4);
    assert_string_equal(index.column[3], "priority");
    struct record_reader *reader = record_reader_new(fd, "in", SETTINGS_CSV);
    assert_int_equal(record_reader_set_columns(reader, index.columns, index.column), 0);
    for (uint32_t artist = 0; artist < COUNT; artist += artist % 7 + 331) {
        uint64_t offset;
        uint64_t line;
        uint32_t seek;
        char id[32];
        struct record record;
        input_index_locate(&index, artist, &offset, &line, &seek);
        assert_true(seek <= artist && artist - seek < INPUT_INDEX_STEP);
        record_reader_seek(reader, offset, line);
        do {
            assert_int_equal(record_reader_next(reader, &record), RECORD_OK);
        } while (seek++ < artist);
        snprintf(id, sizeof(id), "id-%u", artist);
        assert_string_equal(record.id.text, id);
        assert_int_equal(record.line, 2 + 2 * (uint64_t)artist);
    }
    for (uint32_t artist = 0; artist < COUNT; artist++) {
        assert_int_equal(input_index_priority(&index, artist), artist % 1000 == 999   ? PRIORITY_HIGH
                                                               : artist % 1000 == 500 ? PRIORITY_LOW
                                                                                      : PRIORITY_NORMAL);
    }
    record_reader_free(reader);
    id_table_free(ids);
    input_index_free(&index);
    close(fd);
    free(text);
}

static void limits(void **state) {
    (void)state;
    struct input_index index;
    struct id_table *ids;
    size_t length;
    char *text = many(300, &length);
    int fd = file_of(text, length);
    static const uint64_t limit[] = {1, 64, 65, 299, 300, 301, UINT64_MAX};
    for (size_t i = 0; i < sizeof(limit) / sizeof(limit[0]); i++) {
        assert_int_equal(check(fd, SETTINGS_CSV, limit[i], &index, &ids), 0);
        assert_int_equal(index.artists, limit[i] < 300 ? limit[i] : 300);
        assert_int_equal(index.total, 300);
        assert_int_equal(id_table_count(ids), 300);
        id_table_free(ids);
        input_index_free(&index);
    }
    close(fd);
    free(text);
    // What is behind the limit is checked as well.
    text = strdup(HEADER "1,A,x\n2,B,y\n2,C,z\n");
    fd = file_of(text, strlen(text));
    assert_int_equal(check(fd, SETTINGS_CSV, 1, &index, NULL), -1);
    assert_told("in:4: artist_id \"2\" is already on line 3; ");
    close(fd);
    free(text);
}

static void indexes_jsonl(void **state) {
    (void)state;
    const char *text = "\xef\xbb\xbf{\"artist_id\":7,\"name\":\"A\",\"data\":\"\"}\n"
                       "{\"artist_id\":\"8\",\"name\":\"B\",\"data\":\"x\",\"priority\":\"high\"}\n\n";
    struct input_index index;
    int fd = file_of(text, strlen(text));
    assert_int_equal(check(fd, SETTINGS_JSONL, 0, &index, NULL), 0);
    assert_int_equal(index.artists, 2);
    assert_int_equal(index.columns, 0);
    assert_int_equal(index.place[0].offset, 3);
    assert_int_equal(input_index_priority(&index, 0), PRIORITY_NORMAL);
    assert_int_equal(input_index_priority(&index, 1), PRIORITY_HIGH);
    input_index_free(&index);
    close(fd);
    refuse(
        "{\"artist_id\":7,\"name\":\"A\",\"data\":\"\"}\n{\"artist_id\":\"7\",\"name\":\"B\",\"data\":\"\"}",
        75, SETTINGS_JSONL);
    assert_told("in:2: artist_id \"7\" is already on line 1; ");
}

static void tells_every_problem(void **state) {
    (void)state;
    REFUSE(HEADER "1,A,x\n,B,y\n3,C\n1,D,z\n5,,\n6,F,\"open\n");
    assert_told("FATAL: in:3: artist_id is empty");
    assert_told("FATAL: in:4: 2 fields where the header has 3 columns");
    assert_told("FATAL: in:6: name is empty");
    assert_told("FATAL: in:7: a quote opened on this line");
    assert_told("FATAL: in:5: artist_id \"1\" is already on line 2; ");
    assert_int_equal(lines_told(), 5);
    REFUSE(HEADER "1,A,x\n1,B,y\n\"1\",C,z\n");
    assert_told("in:3: artist_id \"1\" is already on line 2; ");
    assert_told("in:4: artist_id \"1\" is already on line 2; ");
    assert_int_equal(lines_told(), 2);
}

static void tells_ten_problems(void **state) {
    (void)state;
    char text[8192];
    size_t used = (size_t)snprintf(text, sizeof(text), HEADER);
    for (int i = 0; i < 200; i++) {
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%d,A,x\n", i % 90);
    }
    refuse(text, used, SETTINGS_CSV);
    assert_int_equal(lines_told(), 11);
    assert_told("in:92: artist_id \"0\" is already on line 2; ");
    assert_told("in:101: artist_id \"9\" is already on line 11; ");
    assert_told("in: and 100 more problems\n");
}

static void tells_what_is_no_input(void **state) {
    (void)state;
    struct input_index index;
    REFUSE("");
    assert_told("in: is empty");
    REFUSE(HEADER);
    assert_told("in: has no artists");
    REFUSE("\n\n");
    assert_told("in: is empty");
    refuse("\n", 1, SETTINGS_JSONL);
    assert_told("in: has no artists");
    REFUSE("name,data\nA,x\n");
    assert_told("in:1: column \"artist_id\" is missing");
    int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(check(fd, SETTINGS_CSV, 0, &index, NULL), -1);
    assert_told("in: is a directory");
    close(fd);
    int fds[2];
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    assert_int_equal(check(fds[0], SETTINGS_CSV, 0, &index, NULL), -1);
    assert_told("in: is not a regular file");
    close(fds[0]);
    close(fds[1]);
}

// The first batch where it is there, else one that is like it.
static int batch(void) {
    int fd = open("../shared/data/artists_42888.csv", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        char path[4096] = "";
        FILE *made = popen("tests/support/make-batch --kept \"${BUILD:-build}\"", "re");
        assert_non_null(made);
        assert_non_null(fgets(path, sizeof(path), made));
        assert_int_equal(pclose(made), 0);
        path[strcspn(path, "\n")] = '\0';
        fd = open(path, O_RDONLY | O_CLOEXEC);
    }
    assert_true(fd >= 0);
    return fd;
}

// Facts counted with another CSV parser.
static void indexes_the_batch(void **state) {
    (void)state;
    int fd = batch();
    struct input_index index;
    assert_int_equal(check(fd, SETTINGS_CSV, 0, &index, NULL), 0);
    assert_int_equal(index.artists, 42888);
    assert_int_equal(index.columns, 3);
    input_index_free(&index);
    close(fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indexes),
        cmocka_unit_test(limits),
        cmocka_unit_test(indexes_jsonl),
        cmocka_unit_test(tells_every_problem),
        cmocka_unit_test(tells_ten_problems),
        cmocka_unit_test(tells_what_is_no_input),
        cmocka_unit_test(indexes_the_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
