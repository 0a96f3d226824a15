// Lines and records as pages: every one once, whatever the file holds, in bounded pieces.
#include "export/answer_page.h"
#include "export/input_page.h"
#include "ration/record_reader.h"
#include "ration/utf8.h"

#include <cjson/cJSON.h>
#include <errno.h>
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

static int fd;
static uint64_t end;

static void begin_file(void) {
    fd = memfd_create("answers", MFD_CLOEXEC);
    end = 0;
}

static void add(const char *text, size_t length) {
    assert_int_equal(pwrite(fd, text, length, (off_t)end), length);
    end += length;
}

// Of so many bytes, with its end.
static void add_line(unsigned number, const char *finish, size_t size) {
    char head[128], *line = malloc(size + 1);
    int n = snprintf(head, sizeof(head),
                     "{\"artist_id\":\"a%u\",\"finish_reason\":\"%s\",\"response_text\":\"", number, finish);
    memset(line, 'x', size);
    memcpy(line, head, (size_t)n);
    memcpy(line + size - 3, "\"}\n", 3);
    add(line, size);
    free(line);
}

struct seen {
    char ids[65536];
    unsigned calls, skipped;
};

static cJSON *ask(struct answer_page_asked *asked) {
    char *text = answer_page_json(asked);
    assert_non_null(text);
    assert_int_equal(utf8_span(text, strlen(text)), strlen(text));
    cJSON *page = cJSON_Parse(text);
    assert_non_null(page);
    free(text);
    return page;
}

// All pages of a question, from the end to the beginning.
static const char *pages(struct answer_page_asked asked, struct seen *seen) {
    *seen = (struct seen){.calls = 0};
    asked.fd = fd;
    asked.end = end;
    asked.before = UINT64_MAX;
    for (bool more = true; more;) {
        cJSON *page = ask(&asked);
        const cJSON *line, *next = cJSON_GetObjectItem(page, "next");
        cJSON_ArrayForEach(line, cJSON_GetObjectItem(page, "lines")) {
            const cJSON *members = cJSON_GetObjectItem(line, "members");
            const char *id = cJSON_GetStringValue(cJSON_GetObjectItem(members, "artist_id"));
            assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(line, "id")), id);
            (void)strcat(seen->ids, id);
            (void)strcat(seen->ids, " ");
        }
        more = cJSON_IsNumber(next);
        assert_true(!more || next->valuedouble < (double)asked.before);
        asked.before = more ? (uint64_t)next->valuedouble : 0;
        seen->skipped += (unsigned)cJSON_GetObjectItem(page, "skipped")->valueint;
        assert_in_range(++seen->calls, 1, 10000);
        cJSON_Delete(page);
    }
    return seen->ids;
}

static void shows_each_line_once(void **state) {
    struct seen seen;
    (void)state;
    begin_file();
    assert_string_equal(pages((struct answer_page_asked){.lines = 5}, &seen), "");
    add_line(1, "stop", 100);
    assert_string_equal(pages((struct answer_page_asked){.lines = 5}, &seen), "a1 ");
    add_line(2, "length", ANSWER_PAGE_PIECE - 100); // both fill one piece to its last byte
    assert_string_equal(pages((struct answer_page_asked){.lines = 5}, &seen), "a2 a1 ");
    add_line(3, "stop", ANSWER_PAGE_PIECE);
    add_line(4, "stop", 200);
    add_line(5, "stop", ANSWER_PAGE_PIECE + 1); // longer than a piece: left out
    add_line(6, "stop", 3 * ANSWER_PAGE_PIECE);
    add_line(7, "length", 200);
    add("no line\n", 8);
    add("\n", 1);
    add_line(8, "stop", 200);
    assert_string_equal(pages((struct answer_page_asked){.lines = 5}, &seen), "a8 a7 a4 a3 a2 a1 ");
    assert_int_equal(seen.skipped, 2);
    assert_string_equal(pages((struct answer_page_asked){.lines = 1}, &seen), "a8 a7 a4 a3 a2 a1 ");
    assert_string_equal(pages((struct answer_page_asked){.lines = 9, .finish = "length"}, &seen), "a7 a2 ");
    assert_string_equal(pages((struct answer_page_asked){.lines = 9, .id = "a7", .finish = ""}, &seen),
                        "a7 ");
    assert_string_equal(pages((struct answer_page_asked){.lines = 9, .id = "a"}, &seen),
                        "a8 a7 a4 a3 a2 a1 ");
    assert_string_equal(pages((struct answer_page_asked){.lines = 9, .class = "refused"}, &seen), "");
    (void)close(fd);
}

static void shows_many_lines_of_any_size(void **state) {
    struct seen seen;
    char wanted[65536] = "";
    uint32_t seed = 7;
    size_t sizes[1000];
    (void)state;
    begin_file();
    for (unsigned i = 0; i < 1000; i++) {
        seed = seed * 1664525 + 1013904223;
        sizes[i] = 90 + (seed >> 16) % (i % 50 == 0 ? ANSWER_PAGE_PIECE - 90 : 900);
        add_line(i, "stop", sizes[i]);
    }
    for (unsigned i = 1000; i > 0; i--) {
        (void)sprintf(wanted + strlen(wanted), "a%u ", i - 1); // NOLINT
    }
    assert_string_equal(pages((struct answer_page_asked){.lines = ANSWER_PAGE_LINES}, &seen), wanted);
    assert_string_equal(pages((struct answer_page_asked){.lines = 7}, &seen), wanted);
    // From any place, also in the middle of a line, it goes on.
    for (uint64_t before = 0; before < end; before += 4999) {
        struct answer_page_asked asked = {.fd = fd, .end = end, .before = before, .lines = 3};
        cJSON_Delete(ask(&asked));
    }
    (void)close(fd);
}

// What is committed ends within the file; what stands behind it is none of it.
static void ends_where_it_was_committed(void **state) {
    struct seen seen;
    (void)state;
    begin_file();
    add_line(1, "stop", 100);
    add_line(2, "stop", 100);
    end -= 100;
    assert_string_equal(pages((struct answer_page_asked){.lines = 5}, &seen), "a1 ");
    end += 500; // and a file that has become shorter is no trap
    struct answer_page_asked asked = {.fd = fd, .end = end, .before = UINT64_MAX, .lines = 3};
    assert_null(answer_page_json(&asked));
    (void)close(fd);
}

static void cuts_and_defuses(void **state) {
    static const char line[] =
        "{\"artist_id\":\"a\",\"o\":{\"k\":\"\xc2\x9b[31m\"\t},\"t\":\"\xe2\x80\xae\\u001b\xff\"}\n";
    struct answer_page_asked asked = {.lines = 5, .before = UINT64_MAX};
    (void)state;
    begin_file();
    add(line, sizeof(line) - 1);
    asked.fd = fd;
    asked.end = end;
    char *text = answer_page_json(&asked);
    assert_non_null(text);
    assert_non_null(
        strstr(text, "{\"artist_id\":\"a\",\"o\":{\"k\":\"\\u009b[31m\" },\"t\":\"\\u202e\\u001b?\"}"));
    free(text);
    add_line(7, "stop", 5000);
    asked.end = end;
    asked.lines = 1;
    for (int whole = 0; whole < 2; whole++) {
        asked.whole = whole == 1;
        cJSON *page = ask(&asked);
        const cJSON *one = cJSON_GetArrayItem(cJSON_GetObjectItem(page, "lines"), 0);
        const char *shown =
            cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetObjectItem(one, "members"), "response_text"));
        assert_int_equal(cJSON_IsTrue(cJSON_GetObjectItem(one, "cut")), whole == 0);
        assert_true(whole == 1 ? strlen(shown) > 4000 : strlen(shown) == ANSWER_PAGE_TEXT);
        cJSON_Delete(page);
    }
    (void)close(fd);
}

// ---- the input ----
static struct input_index index_of(const char *text) {
    struct input_index index = {.format = SETTINGS_CSV};
    struct record record;
    const char *const *names;
    fd = memfd_create("input", MFD_CLOEXEC);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    struct record_reader *reader = record_reader_new(fd, "input", SETTINGS_CSV);
    assert_int_equal(record_reader_header(reader), RECORD_OK);
    index.columns = record_reader_columns(reader, &names);
    for (size_t i = 0; i < index.columns; i++) {
        index.column[i] = strdup(names[i]);
    }
    while (record_reader_next(reader, &record) == RECORD_OK) {
        assert_int_equal(input_index_add(&index, record.offset, record.line, 0, PRIORITY_NORMAL), 0);
    }
    record_reader_free(reader);
    return index;
}

// The record's name, from that group on, once around; "" when there is none. *calls: how many that took.
static const char *found(const struct input_index *index, const char *id, uint64_t group, unsigned *calls) {
    static char name[64];
    struct input_page_asked asked = {fd, "input", index, id, group};
    uint64_t seen = 0;
    name[0] = '\0';
    for (*calls = 0; seen < index->places && name[0] == '\0'; ++*calls) {
        char *text = input_page_json(&asked);
        assert_non_null(text);
        cJSON *page = cJSON_Parse(text);
        uint64_t next = (uint64_t)cJSON_GetObjectItem(page, "next")->valuedouble;
        const cJSON *record = cJSON_GetObjectItem(page, "record");
        if (cJSON_IsObject(record)) {
            (void)snprintf(name, sizeof(name), "%s",
                           cJSON_GetStringValue(cJSON_GetObjectItem(record, "name")));
        }
        seen += next > asked.group ? next - asked.group : index->places - asked.group;
        asked.group = next;
        free(text);
        cJSON_Delete(page);
    }
    return name;
}

static void finds_the_record_of_an_id(void **state) {
    enum { ROWS = 5000 };
    char *text = malloc(ROWS * 200 + 64);
    size_t used = (size_t)sprintf(text, "artist_id,name,data\n"); // NOLINT
    unsigned calls;
    (void)state;
    for (int i = 0; i < ROWS; i++) {
        used += (size_t)sprintf(text + used, "a%d,\"N\n%d\",%0120d\n", i, i, i); // NOLINT
    }
    struct input_index index = index_of(text);
    for (int i = 0; i < ROWS; i += 613) {
        char id[16], name[16];
        (void)snprintf(id, sizeof(id), "a%d", i);
        (void)snprintf(name, sizeof(name), "N\n%d", i);
        assert_string_equal(found(&index, id, (uint64_t)i / INPUT_INDEX_STEP, &calls), name);
        assert_int_equal(calls, 1); // where it stands it is found at once
        assert_string_equal(found(&index, id, ((uint64_t)i / INPUT_INDEX_STEP + 5) % index.places, &calls),
                            name);
    }
    assert_string_equal(found(&index, "nobody", 3, &calls), "");
    assert_in_range(calls, 4, 40);
    assert_string_equal(found(&index, "a0", index.places, &calls), "N\n0"); // beyond the last it is the first
    input_index_free(&index);
    free(text);
    (void)close(fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_each_line_once),        cmocka_unit_test(shows_many_lines_of_any_size),
        cmocka_unit_test(ends_where_it_was_committed), cmocka_unit_test(cuts_and_defuses),
        cmocka_unit_test(finds_the_record_of_an_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
