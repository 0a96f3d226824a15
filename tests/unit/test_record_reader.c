#include "ration/record_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#define HEADER "artist_id,name,data\n"

static int file_of(const char *text, size_t length) {
    int fd = memfd_create("input", MFD_CLOEXEC);
    assert_true(fd >= 0);
    while (length > 0) {
        ssize_t done = write(fd, text, length);
        assert_true(done > 0);
        text += done;
        length -= (size_t)done;
    }
    return fd;
}

// Everything read, as "line@offset[field|field|…]priority" for each record, the problem for each bad one.
static void read_all(int fd, enum settings_format format, char *out, size_t size) {
    struct record_reader *reader = record_reader_new(fd, "f", format);
    enum record_status status = record_reader_header(reader);
    out[0] = '\0';
    size_t used = 0;
    for (;;) {
        struct record record;
        if (status == RECORD_OK) {
            status = record_reader_next(reader, &record);
            if (status == RECORD_OK) {
                used += (size_t)snprintf(out + used, size - used, "%lu@%lu[", (unsigned long)record.line,
                                         (unsigned long)record.offset);
                for (size_t i = 0; i < record.columns; i++) {
                    assert_int_equal(strlen(record.field[i].text), record.field[i].length);
                    used += (size_t)snprintf(out + used, size - used, "%s%s", i > 0 ? "|" : "",
                                             record.field[i].text);
                }
                used += (size_t)snprintf(out + used, size - used, "]%c", "hnl"[record.priority]);
                continue;
            }
        }
        if (status == RECORD_END) {
            break;
        }
        assert_int_equal(status, RECORD_BAD);
        used += (size_t)snprintf(out + used, size - used, "{%s}", record_reader_message(reader));
        if (!record_reader_can_go_on(reader)) {
            break;
        }
        status = RECORD_OK;
    }
    assert_true(used < size);
    record_reader_free(reader);
}

static char result[64 << 10];

static const char *csv(const char *text, size_t length) {
    int fd = file_of(text, length);
    read_all(fd, SETTINGS_CSV, result, sizeof(result));
    close(fd);
    return result;
}

#define CSV(text) csv(text, sizeof(text) - 1)
#define ASSERT_CSV(text, expected) assert_string_equal(CSV(text), expected)
// The message may say more than its beginning.
#define ASSERT_BAD(text, beginning)                                   \
    do {                                                              \
        const char *found_ = strchr(CSV(text), '{');                  \
        assert_non_null(found_);                                      \
        if (strncmp(found_ + 1, beginning, strlen(beginning)) != 0) { \
            assert_string_equal(found_ + 1, beginning);               \
        }                                                             \
    } while (0)

static void reads_records(void **state) {
    (void)state;
    ASSERT_CSV(HEADER "1,A,x\n2,B,y\n", "2@20[1|A|x]n3@26[2|B|y]n");
    ASSERT_CSV(HEADER "1,A,\n", "2@20[1|A|]n");
    ASSERT_CSV(HEADER "1,\"A, \"\"B\"\"\",\"two\nlines\"\n2,B,\"\"\n",
               "2@20[1|A, \"B\"|two\nlines]n4@45[2|B|]n");
    ASSERT_CSV(HEADER "1,A,\"\n\n\n\"\n2,B,y\n", "2@20[1|A|\n\n\n]n6@30[2|B|y]n");
    ASSERT_CSV(HEADER "1, A ,  x\t\n2,\" B \",\" \"\n", "2@20[1| A |  x\t]n3@31[2| B | ]n");
    ASSERT_CSV(HEADER "1,A,\"a\rb\r\nc\"\n", "2@20[1|A|a\rb\r\nc]n");
}

static void accepts_ends(void **state) {
    (void)state;
    ASSERT_CSV(HEADER "1,A,x", "2@20[1|A|x]n");
    ASSERT_CSV(HEADER "1,A,\"x\"", "2@20[1|A|x]n");
    ASSERT_CSV(HEADER "1,A,", "2@20[1|A|]n");
    ASSERT_CSV("artist_id,name,data\r\n1,A,x\r\n2,B,y\r\n", "2@21[1|A|x]n3@28[2|B|y]n");
    ASSERT_CSV("artist_id,name,data\r\n1,A,\"x\"\r\n2,B,\"y\r\nz\"", "2@21[1|A|x]n3@30[2|B|y\r\nz]n");
    ASSERT_CSV(HEADER "1,A,x\n\n\n", "2@20[1|A|x]n");
    ASSERT_CSV(HEADER "1,A,x\r\n\r\n\r\n", "2@20[1|A|x]n");
    ASSERT_CSV("\xef\xbb\xbf" HEADER "1,A,x\n", "2@23[1|A|x]n");
    ASSERT_CSV("\xef\xbb\xbf\"artist_id\",name,data\n1,A,x\n", "2@25[1|A|x]n");
    ASSERT_CSV(HEADER, "");
    ASSERT_CSV("artist_id,name,data", "");
}

static void maps_columns(void **state) {
    (void)state;
    ASSERT_CSV("genre,data,name,artist_id,priority\nrock,x,A,1,High\npop,y,B,2,\njazz,z,C,3,LOW\n",
               "2@35[rock|x|A|1|High]h3@51[pop|y|B|2|]n4@62[jazz|z|C|3|LOW]l");
    ASSERT_BAD("artist_id,name\n1,A\n", "f:1: column \"data\" is missing");
    ASSERT_CSV("id,name,data\n1,A,x\n", "2@13[1|A|x]n");
    ASSERT_CSV("id,artist_id,name,data\n,1,A,x\n", "2@23[|1|A|x]n"); // artist_id goes before id
    ASSERT_CSV(" Artist_ID\t, NAME ,data\n1,A,x\n", "2@24[1|A|x]n");
    ASSERT_BAD("sku,name,data\n1,A,x\n",
               "f:1: column \"artist_id\" is missing; the first line must name it (it "
               "begins \"sku\"), or say which column is the id: --id COLUMN");
    ASSERT_BAD("artist_id;name;data\n1;A;x\n", "f:1: column \"artist_id\" is missing");
    ASSERT_CSV("artist_id, name,data\n1,A,x\n", "2@21[1|A|x]n");
    ASSERT_BAD("artist_id, name,data,name\n1,A,x,y\n", "f:1: column \"name\" stands twice");
    ASSERT_BAD("artist_id,name,data,name\n", "f:1: column \"name\" stands twice");
    ASSERT_BAD("artist_id,name,data,\n", "f:1: column 4 has no name");
    ASSERT_BAD("", "f: is empty");
    ASSERT_BAD("\n\n", "f: is empty");
    ASSERT_BAD("\n" HEADER "1,A,x\n", "f:1: blank line");
    ASSERT_BAD("a\xff," HEADER, "f:1:2: byte 0xff is not valid UTF-8");
}

// The first record that a reader of that shape gives, as "id=…|name=…|data=…", or what is wrong.
static const char *shaped(const struct record_shape *shape, enum settings_format format, const char *text) {
    struct record record;
    int fd = file_of(text, strlen(text));
    struct record_reader *reader = record_reader_new(fd, "f", format);
    record_reader_set_shape(reader, shape);
    enum record_status status = record_reader_header(reader);
    if (status == RECORD_OK) {
        status = record_reader_next(reader, &record);
    }
    (void)snprintf(result, sizeof(result), "%s", record_reader_message(reader));
    if (status == RECORD_OK) {
        (void)snprintf(result, sizeof(result), "%s %s: %s|%s|%s", record_reader_id(reader),
                       record_reader_name(reader) != NULL ? record_reader_name(reader) : "-", record.id.text,
                       record.name.text, record.data.text);
    }
    record_reader_free(reader);
    close(fd);
    return result;
}

static void takes_any_columns(void **state) {
    (void)state;
    static const struct {
        struct record_shape shape;
        enum settings_format format;
        const char *text, *expected;
    } cases[] = {
        {{',', NULL, NULL, false, false}, SETTINGS_CSV, "id,text\n7,x\n", "id -: 7||"},
        {{',', NULL, NULL, false, false}, SETTINGS_CSV, "artist_id\n7\n", "artist_id -: 7||"},
        {{',', "sku", NULL, false, false}, SETTINGS_CSV, "text,sku,name\nx,7,A\n", "sku name: 7|A|"},
        {{',', "sku", "title", false, false}, SETTINGS_CSV, "title,sku,name\nT,7,\n", "sku title: 7|T|"},
        {{',', "SKU", NULL, false, false}, SETTINGS_CSV, "text,Sku\nx,7\n", "Sku -: 7||"},
        {{',', "sku", NULL, false, false}, SETTINGS_CSV, "sku,SKU\n1,2\n", "sku -: 1||"},
        {{',', "@line", NULL, false, false}, SETTINGS_CSV, "text\n\"a\nb\"\n", "@line -: 2||"},
        {{',', "@line", NULL, false, false}, SETTINGS_JSONL, "{\"text\":1}\n", "@line -: 1||"},
        {{',', "n", NULL, false, false}, SETTINGS_JSONL, "{\"n\":12,\"name\":null}\n", "n name: 12||"},
        {{';', NULL, NULL, false, false}, SETTINGS_CSV, "id;name\n7;\"a;b\"\n", "id name: 7|a;b|"},
        {{'\t', NULL, NULL, false, false}, SETTINGS_CSV, "id\tname\n7\ta,b\n", "id name: 7|a,b|"},
        {{',', "sku", NULL, false, false},
         SETTINGS_CSV,
         "id\n7\n",
         "f:1: column \"sku\" is missing; correct --id (the first line begins \"id\")"},
        {{',', NULL, "title", false, false},
         SETTINGS_CSV,
         "id\n7\n",
         "f:1: column \"title\" is missing; correct --name (the first line begins \"id\")"},
        {{',', "sku", NULL, false, false},
         SETTINGS_CSV,
         "sku\n\"\"\n",
         "f:2: sku is empty; give each row an id of its own"},
        {{',', "sku", NULL, false, false},
         SETTINGS_JSONL,
         "{\"id\":1}\n",
         "f:1: key \"sku\" is missing; add it"},
        {{',', NULL, NULL, false, true},
         SETTINGS_CSV,
         "id\n7\n",
         "f:1: column \"data\" is missing, which the prompt names; add it (the first line begins \"id\")"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_string_equal(shaped(&cases[i].shape, cases[i].format, cases[i].text), cases[i].expected);
    }
}

static void tells_bad_records_and_goes_on(void **state) {
    (void)state;
    ASSERT_CSV(HEADER ",A,x\n2,B,y\n",
               "{f:2: artist_id is empty; give each artist an id of its own}3@25[2|B|y]n");
    ASSERT_CSV(HEADER "1,,x\n2,B,y\n", "{f:2: name is empty (artist_id \"1\"); name the artist}3@25[2|B|y]n");
    ASSERT_BAD(HEADER "1,A\n", "f:2: 2 fields where the header has 3 columns");
    ASSERT_BAD(HEADER "1,A,x,y\n", "f:2: 4 fields where the header has 3 columns");
    ASSERT_BAD(HEADER "1\n", "f:2: 1 field where the header has 3 columns");
    ASSERT_BAD(HEADER "   \n", "f:2: 1 field where");
    ASSERT_BAD(HEADER "1,A,x\n\n2,B,y\n", "f:3: blank line before the end of the file");
    ASSERT_BAD(HEADER "1,A,x\n\r\n2,B,y\n", "f:3: blank line before the end of the file");
    ASSERT_BAD("artist_id,name,data,priority\n1,A,x,urgent\n", "f:2: priority \"urgent\" is not known");
    ASSERT_BAD(HEADER "1,A,x\0y\n", "f:2:6: NUL byte");
    ASSERT_BAD(HEADER "1,\xc3\xa9,\xe9t\xe9\n", "f:2:5: byte 0xe9 is not valid UTF-8");
    ASSERT_BAD(HEADER "1,A,\"a\nb\xed\xa0\x80\"\n2,B,y\n", "f:3:2: byte 0xed is not valid UTF-8");
    assert_non_null(strstr(result, "}4@33[2|B|y]n"));
}

static void tells_bad_quotes_and_stops(void **state) {
    (void)state;
    ASSERT_BAD(HEADER "1,A \"B\",x\n", "f:2:5: a quote inside a field that does not begin with one");
    ASSERT_BAD(HEADER "1,\xc3\xa9 \"B\",x\n", "f:2:5: a quote inside a field");
    ASSERT_BAD(HEADER "1,\"A\" B,x\n", "f:2:6: text after a closing quote; double the quotes inside a field");
    ASSERT_BAD(HEADER "1, \"A\",x\n", "f:2:4: a quote inside a field");
    ASSERT_BAD(HEADER "1,\"A\" ,x\n", "f:2:6: text after a closing quote");
    ASSERT_BAD(HEADER "1,A,\"x\n2,\"B\",y\n", "f:3:4: text after a closing quote; double the quotes inside a "
                                              "field, or close the field that was opened "
                                              "on line 2");
    ASSERT_BAD(HEADER "1,A,x\n2,B,\"y\n3,C,z\n",
               "f:3: a quote opened on this line is not closed before the end of the file");
    ASSERT_BAD(HEADER "1,A,\"x", "f:2: a quote opened on this line is not closed before the end of the file");
    ASSERT_BAD(HEADER "1,\"A\nB\",\"x\n\n", "f:3: a quote opened on this line is not closed");
    ASSERT_BAD(HEADER "1,A,\"x\"\"\n", "f:2: a quote opened on this line is not closed");
    ASSERT_BAD("artist_id,name,\"data\n1,A,x\n", "f:1: a quote opened on this line is not closed");
}

static void tells_bare_carriage_returns(void **state) {
    (void)state;
    ASSERT_BAD("artist_id,name,data\r1,A,x\r", "f:1: a carriage return outside quotes");
    ASSERT_BAD(HEADER "1,A\rB,x\n", "f:2: a carriage return outside quotes");
    ASSERT_BAD(HEADER "1,A,x\r\r\n2,B,y\n", "f:2: a carriage return outside quotes");
    ASSERT_BAD(HEADER "\r1,A,x\n", "f:2: a carriage return outside quotes");
    ASSERT_BAD(HEADER "1,A,x\r\"y\r\n\"\n", "f:2: a carriage return outside quotes");
    ASSERT_BAD(HEADER "1,A,x\r", "f:2: a carriage return outside quotes");
    ASSERT_BAD(HEADER "\r", "f:2: a carriage return outside quotes");
}

// A record of `size` bytes in the file: in one line, or in lines of 100 bytes.
static int file_with_record(size_t size, bool lines) {
    char *text = malloc(size + 100);
    size_t used = (size_t)snprintf(text, size + 100, HEADER "1,A,\"");
    size_t end = strlen(HEADER) + size - 2;
    for (size_t i = 0; used < end; i++) {
        text[used++] = lines && i % 100 == 99 ? '\n' : 'x';
    }
    memcpy(text + used, "\"\n2,B,y\n", 8);
    int fd = file_of(text, used + 8);
    free(text);
    return fd;
}

static void bounds_records(void **state) {
    (void)state;
    for (int lines = 0; lines < 2; lines++) {
        struct record record;
        int fd = file_with_record(RECORD_READER_MAX_RECORD, lines);
        struct record_reader *reader = record_reader_new(fd, "f", SETTINGS_CSV);
        assert_int_equal(record_reader_header(reader), RECORD_OK);
        assert_int_equal(record_reader_next(reader, &record), RECORD_OK);
        assert_int_equal(record.data.length, RECORD_READER_MAX_RECORD - strlen("1,A,\"\"\n"));
        assert_int_equal(record_reader_next(reader, &record), RECORD_OK);
        assert_string_equal(record.id.text, "2");
        record_reader_free(reader);
        close(fd);

        fd = file_with_record(RECORD_READER_MAX_RECORD + 200, lines);
        reader = record_reader_new(fd, "f", SETTINGS_CSV);
        assert_int_equal(record_reader_header(reader), RECORD_OK);
        assert_int_equal(record_reader_next(reader, &record), RECORD_BAD);
        assert_non_null(strstr(record_reader_message(reader), "f:2: "));
        assert_non_null(strstr(record_reader_message(reader), "record"));
        assert_false(record_reader_can_go_on(reader));
        assert_int_equal(record_reader_next(reader, &record), RECORD_BAD);
        record_reader_free(reader);
        close(fd);
    }
}

static void bounds_ids_and_columns(void **state) {
    (void)state;
    char text[8192];
    char id[RECORD_READER_MAX_ID + 2];
    memset(id, 'x', sizeof(id));
    int length = snprintf(text, sizeof(text), HEADER "%.*s,A,x\n", (int)RECORD_READER_MAX_ID + 1, id);
    assert_string_equal(csv(text, (size_t)length),
                        "{f:2: artist_id has 513 bytes; at most 512 are possible}");
    length = snprintf(text, sizeof(text), HEADER "%.*s,A,x\n", (int)RECORD_READER_MAX_ID, id);
    assert_null(strchr(csv(text, (size_t)length), '{'));
    length = snprintf(text, sizeof(text), "artist_id,name,data");
    for (int i = 3; i <= SETTINGS_MAX_COLUMNS; i++) {
        length += snprintf(text + length, sizeof(text) - (size_t)length, ",c%d", i);
    }
    assert_non_null(
        strstr(csv(text, (size_t)length), "{f:1: 513 columns; at most 512 are possible: leave out"));
}

// Repeatable numbers that look random.
static unsigned below(unsigned limit) {
    static uint64_t state = 88172645463325252ULL;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state % limit);
}

// Many records over many buffers, then each of some again by seek, as a worker reads them.
static void seeks_to_the_same_records(void **state) {
    (void)state;
    enum { COUNT = 20000 };
    size_t size = 8U << 20;
    char *text = malloc(size);
    size_t used = (size_t)snprintf(text, size, "\xef\xbb\xbf" HEADER);
    uint64_t *offset = calloc(COUNT, sizeof(*offset));
    uint64_t *line = calloc(COUNT, sizeof(*line));
    for (int i = 0; i < COUNT; i++) {
        used += (size_t)snprintf(
            text + used, size - used, "id%d,\"N\"\"%d\",\"%.*s\r\n\n%d\"%s", i, i, (int)below(300),
            "....................................................................................."
            "....................................................................................."
            "....................................................................................."
            ".............................................",
            i, i % 2 == 0 ? "\r\n" : "\n");
    }
    int fd = file_of(text, used);
    struct record record;
    struct record_reader *reader = record_reader_new(fd, "f", SETTINGS_CSV);
    assert_int_equal(record_reader_header(reader), RECORD_OK);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(record_reader_next(reader, &record), RECORD_OK);
        char id[32];
        snprintf(id, sizeof(id), "id%d", i);
        assert_string_equal(record.id.text, id);
        assert_memory_equal(text + record.offset, id, strlen(id));
        offset[i] = record.offset;
        line[i] = record.line;
    }
    assert_int_equal(record_reader_next(reader, &record), RECORD_END);
    const char *const *names;
    size_t columns = record_reader_columns(reader, &names);
    struct record_reader *worker = record_reader_new(fd, "f", SETTINGS_CSV);
    char *copies[SETTINGS_MAX_COLUMNS];
    for (size_t i = 0; i < columns; i++) {
        copies[i] = strdup(names[i]);
    }
    assert_int_equal(record_reader_set_columns(worker, columns, copies), 0);
    for (int round = 0; round < 2000; round++) {
        int i = (int)below(COUNT - 2);
        (round % 2 == 0 ? record_reader_seek : record_reader_seek_alone)(worker, offset[i], line[i]);
        for (int k = i; k < i + 2; k++) {
            char name[32];
            snprintf(name, sizeof(name), "N\"%d", k);
            assert_int_equal(record_reader_next(worker, &record), RECORD_OK);
            assert_string_equal(record.name.text, name);
            assert_int_equal(record.offset, offset[k]);
            assert_int_equal(record.line, line[k]);
        }
    }
    // A seek also leads out of a record that could not be read.
    record_reader_seek(worker, offset[7] + 5, 1);
    assert_int_equal(record_reader_next(worker, &record), RECORD_BAD);
    record_reader_seek(worker, offset[8], line[8]);
    assert_int_equal(record_reader_next(worker, &record), RECORD_OK);
    assert_string_equal(record.id.text, "id8");
    for (size_t i = 0; i < columns; i++) {
        free(copies[i]);
    }
    record_reader_free(worker);
    record_reader_free(reader);
    close(fd);
    free(offset);
    free(line);
    free(text);
}

static void tells_read_errors(void **state) {
    (void)state;
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    struct record_reader *reader = record_reader_new(fds[0], "f", SETTINGS_CSV);
    assert_int_equal(record_reader_header(reader), RECORD_FAILED);
    assert_non_null(strstr(record_reader_message(reader), "f: cannot be read: "));
    record_reader_free(reader);
    close(fds[0]);
    close(fds[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_records),
        cmocka_unit_test(accepts_ends),
        cmocka_unit_test(maps_columns),
        cmocka_unit_test(takes_any_columns),
        cmocka_unit_test(tells_bad_records_and_goes_on),
        cmocka_unit_test(tells_bad_quotes_and_stops),
        cmocka_unit_test(tells_bare_carriage_returns),
        cmocka_unit_test(bounds_records),
        cmocka_unit_test(bounds_ids_and_columns),
        cmocka_unit_test(seeks_to_the_same_records),
        cmocka_unit_test(tells_read_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
