#include "ration/record_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

static char result[64 << 10];

// As "line@offset[key=value|…]priority" for each record, "{problem}" for each bad one.
static const char *jsonl(const char *text, size_t length) {
    int fd = memfd_create("input", MFD_CLOEXEC);
    assert_int_equal(write(fd, text, length), length);
    struct record_reader *reader = record_reader_new(fd, "f", SETTINGS_JSONL);
    assert_int_equal(record_reader_header(reader), RECORD_OK);
    size_t used = 0;
    result[0] = '\0';
    struct record record;
    enum record_status status;
    while ((status = record_reader_next(reader, &record)) != RECORD_END) {
        if (status == RECORD_BAD) {
            used +=
                (size_t)snprintf(result + used, sizeof(result) - used, "{%s}", record_reader_message(reader));
            if (record_reader_can_go_on(reader)) {
                continue;
            }
            break;
        }
        assert_int_equal(status, RECORD_OK);
        used += (size_t)snprintf(result + used, sizeof(result) - used, "%lu@%lu[", (unsigned long)record.line,
                                 (unsigned long)record.offset);
        for (size_t i = 0; i < record.columns; i++) {
            used += (size_t)snprintf(result + used, sizeof(result) - used, "%s%s=%s", i > 0 ? "|" : "",
                                     record.column[i], record.field[i].text);
            assert_int_equal(strlen(record.field[i].text), record.field[i].length);
        }
        used += (size_t)snprintf(result + used, sizeof(result) - used, "]%c", "hnl"[record.priority]);
    }
    record_reader_free(reader);
    close(fd);
    return result;
}

#define ASSERT_JSONL(text, expected) assert_string_equal(jsonl(text, sizeof(text) - 1), expected)
#define ASSERT_BAD(text, beginning)                                                       \
    do {                                                                                  \
        jsonl(text, sizeof(text) - 1);                                                    \
        if (result[0] != '{' || strncmp(result + 1, beginning, strlen(beginning)) != 0) { \
            assert_string_equal(result, "{" beginning);                                   \
        }                                                                                 \
    } while (0)

static void reads_records(void **state) {
    (void)state;
    ASSERT_JSONL(
        "{\"artist_id\":\"1\",\"name\":\"A\",\"data\":\"x\"}\n{\"data\":\"\",\"name\":\"B\",\"artist_id\":2}",
        "1@0[artist_id=1|name=A|data=x]n2@40[data=|name=B|artist_id=2]n");
    ASSERT_JSONL("\xef\xbb\xbf{\"artist_id\":\"1\",\"name\":\"A\",\"data\":\"x\"}\r\n\r\n\n",
                 "1@3[artist_id=1|name=A|data=x]n");
    ASSERT_JSONL("  { \"artist_id\" : \"\\u00e9\\n\\\"\" , \"name\":\"A\\\\u0000\",\"data\":\"<b>\", "
                 "\"priority\":\"low\" }\t\n",
                 "1@0[artist_id=\xc3\xa9\n\"|name=A\\u0000|data=<b>|priority=low]l");
    ASSERT_JSONL("", "");
}

static void keeps_other_values_as_text(void **state) {
    (void)state;
    ASSERT_JSONL(
        "{\"artist_id\":90071992547409931,\"name\":\"A\",\"data\":null,\"a\":1.50,\"b\":[1, "
        "\"]}\\\"\",{\"c\":{}}] ,"
        "\"d\":true,\"e\":{ \"f\" : \"}\" },\"g\":-0,\"h\":[],\"priority\":null}\n",
        "1@0[artist_id=90071992547409931|name=A|data=|a=1.50|b=[1, \"]}\\\"\",{\"c\":{}}]|d=true|e={ \"f\" : "
        "\"}\" }|g=-0|h=[]|priority=]n");
}

static void tells_bad_records_and_goes_on(void **state) {
    (void)state;
    ASSERT_JSONL(
        "{\"artist_id\":\"\",\"name\":\"A\",\"data\":\"x\"}\n{\"artist_id\":\"2\",\"name\":\"B\",\"data\":"
        "\"y\"}\n",
        "{f:1: artist_id is empty; give each artist an id of its own}2@39[artist_id=2|name=B|data=y]n");
    ASSERT_BAD("{\"artist_id\":\"1\",\"name\":\"A\"}", "f:1: key \"data\" is missing");
    ASSERT_BAD("{\"artist_id\":\"1\",\"name\":\"A\",\"data\":\"x\",\"name\":\"B\"}",
               "f:1: key \"name\" stands twice");
    ASSERT_BAD("{\"artist_id\":\"1\",\"name\":\"A\",\"data\":\"x\",\"\":1}", "f:1: a key is empty");
    ASSERT_BAD("{\"artist_id\":1.5,\"name\":\"A\",\"data\":\"x\"}", "f:1: artist_id 1.5 is neither");
    ASSERT_BAD("{\"artist_id\":1e3,\"name\":\"A\",\"data\":\"x\"}", "f:1: artist_id 1e3 is neither");
    ASSERT_BAD("{\"artist_id\":[1],\"name\":\"A\",\"data\":\"x\"}", "f:1: artist_id [1] is neither");
    ASSERT_BAD("{\"artist_id\":null,\"name\":\"A\",\"data\":\"x\"}", "f:1: artist_id is empty");
    ASSERT_BAD("{\"artist_id\":\"1\",\"name\":\"A\",\"data\":\"x\",\"priority\":1}",
               "f:1: priority \"1\" is not known");
    ASSERT_BAD("{\"artist_id\":\"1\",\"name\":\"A\",\"data\":\"a\\u0000b\"}", "f:1:38: \\u0000 or");
    ASSERT_BAD("{\"artist_id\":\"1\",\"name\":\"A\",\"data\":\"a\\\\\\u0000b\"}", "f:1:40: \\u0000 or");
    ASSERT_BAD("{\"artist_id\":\"1\",\"name\":\"A\",\"data\":\"a\\u00g0b\"}",
               "f:1:38: \\u0000 or a \\u without");
    ASSERT_BAD("{\"artist_id\":\"1\",\"name\":\"A\",\"data\":\"a\\u0", "f:1:38: \\u0000 or a \\u without");
    ASSERT_BAD("{\"artist_id\":\"1\",\"name\":\"A\",\"data\":\"a\\ud800b\"}", "f:1:");
    ASSERT_BAD("{\"artist_id\":\"1\",\"name\":\"A\",\"data\":\"a\xff\"}",
               "f:1:38: byte 0xff is not valid UTF-8");
    ASSERT_BAD("{\"artist_id\":\"1\",\"name\":\"A\",\"data\":\"x\"", "f:1:");
    ASSERT_BAD("{\"artist_id\":\"1\",\"name\":\"A\",\"data\":\"x\"} {}",
               "f:1:41: more text after the object");
    ASSERT_BAD("{\"artist_id\":\"1\",\"name\":\"A\",\"data\":\"x\"},\n",
               "f:1:40: more text after the object");
    ASSERT_BAD("{\"artist_id\":\"1\",\"name\":\"A\",\"data\":01}", "f:1:38: not valid JSON here");
    ASSERT_BAD("{\"artist_id\":\"1\",\"name\":\"A\",\"data\":1.}", "f:1:38: not valid JSON here");
    ASSERT_BAD("{\"artist_id\":\"1\",\"name\":\"A\",\"data\":\"\t\"}", "f:1:37: not valid JSON here");
    ASSERT_BAD("[{\"artist_id\":\"1\"}]\n", "f:1: not a JSON object");
    ASSERT_BAD("artist_id,name,data\n1,A,x\n", "f:1: not a JSON object");
    ASSERT_BAD("\xef\xbb\xbf\xef\xbb\xbf{}\n", "f:1: not a JSON object");
    ASSERT_BAD("\n{\"artist_id\":\"2\",\"name\":\"A\",\"data\":\"x\"}\n", "f:1: blank line before the end");
    ASSERT_BAD("{}\n", "f:1: key \"artist_id\" is missing");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_records),
        cmocka_unit_test(keeps_other_values_as_text),
        cmocka_unit_test(tells_bad_records_and_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
