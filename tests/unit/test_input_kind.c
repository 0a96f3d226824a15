#include "input/input_kind.h"

#include "input/input_target.h"
#include "input/lookalikes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define C SETTINGS_CSV
#define J SETTINGS_JSONL
#define HEAD(text) (text), sizeof(text) - 1

struct sample {
    enum settings_format format;
    const char *head;
    size_t length;
    const char *says; // part of the message
    const char *command;
};

// The command works with the file as it is: packed.
static void test_packed(void **state) {
    (void)state;
    static const struct {
        const char *name, *says;
    } table[] = {
        {"a.csv.gz", ": zcat < a.csv.gz | iconv -f UTF-16 -t UTF-8 > a.csv.converted.csv"},
        {"a.zst", ": zstd -dc < a.zst | iconv -f UTF-16 -t UTF-8 > a.converted.csv"},
        {"a.csv", ": iconv -f UTF-16 -t UTF-8 a.csv > a.converted.csv"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char message[INPUT_KIND_SIZE];
        assert_true(input_kind_wrong(table[i].name, 1, C, "\xff\xfei\0d\0", 6, message));
        assert_non_null(strstr(message, table[i].says));
    }
}

static void test_wrong(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {C, HEAD("\x1f\x8b\x08\0"), "is packed with gzip", "zcat < a.csv > a.converted.csv"},
        {J, HEAD("\x1f\x8b\x08\0"), "is packed with gzip", "zcat < a.csv > a.converted.jsonl"},
        {C, HEAD("\x28\xb5\x2f\xfd\x04"), "is packed with zstd", "zstd -dc < a.csv"},
        {C, HEAD("BZh91AY"), "is packed with bzip2", "bzcat < a.csv"},
        {C,
         HEAD("\xfd"
              "7zXZ\0"),
         "is packed with xz", "xzcat < a.csv"},
        {C, HEAD("PK\x03\x04\x14\0\x06\0[Content_Types].xml"), "is a spreadsheet",
         "libreoffice --headless --convert-to csv --outdir a.converted a.csv"},
        {C, HEAD("PK\x03\x04\x14\0\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet"),
         "is a spreadsheet", "libreoffice"},
        {C, HEAD("PK\x03\x04\x14\0\0\0artists.csv"), "is a zip archive", "unzip -p a.csv"},
        {C, HEAD("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "Excel", "libreoffice"},
        {C,
         HEAD("\xff\xfe"
              "a\0r\0t\0"),
         "is text in UTF-16", "iconv -f UTF-16 -t UTF-8 a.csv"},
        {C, HEAD("\xfe\xff\0a\0r"), "is text in UTF-16", "iconv -f UTF-16 -t UTF-8"},
        {C, HEAD("a\0r\0t\0i\0s\0t\0_\0i\0d\0,\0"), "is text in UTF-16", "iconv -f UTF-16LE"},
        {C, HEAD("\0a\0r\0t\0i\0s\0t\0_\0i\0d\0,"), "is text in UTF-16", "iconv -f UTF-16BE"},
        {C, HEAD("\xff\xfe\0\0a\0\0\0"), "is text in UTF-32", "iconv -f UTF-32"},
        {C, HEAD("%PDF-1.7\n"), "is a PDF document", ""},
        {C, HEAD("SQLite format 3\0"), "is an SQLite database", "sqlite3 -header -csv a.csv"},
        {C, HEAD("PAR1\x15"), "is a Parquet file", "read_parquet('a.csv')"},
        {C, HEAD("<!DOCTYPE html>\n<html>"), "is a web page", ""},
        {J, HEAD("\n  <html lang=\"en\">"), "is a web page", ""},
        {C, HEAD("<?xml version=\"1.0\"?>"), "is XML", ""},
        {C, HEAD("version https://git-lfs.github.com/spec/v1\noid sha256:1\n"), "Git LFS", "git lfs pull"},
        {C, HEAD("[{\"artist_id\":\"1\"}]"), "is one JSON array", "jq -c '.[]' a.csv > a.converted.jsonl"},
        {J, HEAD("[\n  {\n"), "is one JSON array", "jq -c '.[]'"},
        {J, HEAD("\xef\xbb\xbf[\"a\"]"), "is one JSON array", "jq -c '.[]'"},
        {J, HEAD("{\n  \"artist_id\": \"1\",\n"), "reach over several lines", "jq -c . a.csv"},
        {C, HEAD("{\"artists\": [\n  {\"artist_id\": \"1\"},\n"), "reach over several lines",
         "jq -c '.KEY[]'"},
        {C, HEAD("{\"artist_id\":\"1\",\"name\":\"A\",\"data\":\"\"}\n"), "is JSON, and is read as CSV",
         "--input-format jsonl"},
        {J, HEAD("artist_id,name,data\n1,A,x\n"), "is CSV, and is read as JSONL", "--input-format csv"},
        {C, HEAD("sep=,\nartist_id,name,data\n"), "\"sep=\"", "tail -n +2 a.csv"},
        {C, HEAD("\xef\xbb\xbfSEP=;\r\nartist_id;name;data\r\n"), "with commas", "tail -n +2 a.csv"},
        {C, HEAD("artist_id,name,data\r1,A,x\r"), "carriage returns alone", "tr '\\r' '\\n' < a.csv"},
    };
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        char message[INPUT_KIND_SIZE] = "";
        const struct sample *sample = &samples[i];
        bool wrong = input_kind_wrong("a.csv", 1, sample->format, sample->head, sample->length, message);
        if (!wrong || strstr(message, sample->says) == NULL || strstr(message, sample->command) == NULL) {
            fail_msg("%zu: \"%s\", wanted \"%s\" and \"%s\"", i, message, sample->says, sample->command);
        }
    }
}

static void test_right(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {C, HEAD("artist_id,name,data\n1,A,x\n"), "", ""},
        {C,
         HEAD("\xef\xbb\xbf"
              "artist_id,name,data\r\n"),
         "", ""},
        {C, HEAD("artist_id,name,data"), "", ""},
        {C, HEAD("data;more,name,artist_id\n\"a;b\",B,1\n"), "", ""},
        {C, HEAD("artist_id,a;b;c;d,name,data\n"), "", ""},
        {C, HEAD("\"{id}\",artist_id,name,data\n"), "", ""},
        {C, HEAD("[x],artist_id,name,data\n"), "", ""},
        {C, HEAD("<b>,artist_id,name,data\n"), "", ""},
        {C, HEAD("artist_id,name,data\n1,A,\"x\ry\"\n"), "", ""},
        {C, HEAD("name\n"), "", ""},
        {J, HEAD("{\"artist_id\":\"1\"}\n{\"artist_id\":\"2\"}\n"), "", ""},
        {J, HEAD("{\"artist_id\":\"1\"}"), "", ""},
        {J, HEAD("{\"artist_id\":\"1\", \"data\":\"a record that is longer than what is looked at"), "", ""},
        {J, HEAD("hello\n"), "", ""},
        {C, HEAD("\n"), "", ""},
        {C, HEAD("P"), "", ""},
        {J, HEAD("{"), "", ""},
        {J, HEAD("\xef\xbb"), "", ""},
    };
    char message[INPUT_KIND_SIZE];
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        if (input_kind_wrong("a", 1, samples[i].format, samples[i].head, samples[i].length, message)) {
            fail_msg("%zu: %s", i, message);
        }
    }
}

static void test_names(void **state) {
    (void)state;
    static const char *const names[][2] = {
        {"a b.csv", "zcat < 'a b.csv' >"},
        {"-rf", "zcat < FILE >"},
        {"it's.csv", "zcat < FILE >"},
        {"standard input", "zcat < FILE >"},
        {"$(reboot).csv", "zcat < '$(reboot).csv' >"},
    };
    char message[INPUT_KIND_SIZE];
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_true(input_kind_wrong(names[i][0], 1, C, HEAD("\x1f\x8b"), message));
        assert_non_null(strstr(message, names[i][1]));
    }
}

// The shell empties what stands behind > before the command reads a byte.
static void test_targets(void **state) {
    (void)state;
    static const struct {
        const char *name, *ending;
        uint32_t number;
        const char *wanted;
    } rows[] = {
        {"artists.csv", ".csv", 1, "artists.converted.csv"},
        {"artists.csv", ".csv", 3, "artists.converted.3.csv"},
        {"artists.converted.csv", ".csv", 1, "artists.converted.converted.csv"},
        {"artists.jsonl", ".jsonl", 1, "artists.converted.jsonl"},
        {"./x.y/artists", ".csv", 1, "./x.y/artists.converted.csv"},
        {"/in/.csv", ".csv", 1, "/in/.csv.converted.csv"},
        {"book.xlsx", "", 2, "book.converted.2"},
        {"a b.csv", ".csv", 1, "a b.converted.csv"},
        {"it's.csv", ".csv", 1, "artists.converted.csv"},
        {"standard input", ".csv", 1, "artists.converted.csv"},
    };
    char target[INPUT_TARGET_SIZE], message[INPUT_KIND_SIZE];
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        input_target_name(rows[i].name, rows[i].ending, rows[i].number, target);
        assert_string_equal(target, rows[i].wanted);
    }
    static const struct sample heads[] = {
        {C, HEAD("\x1f\x8b"), "", "zcat < artists.csv > artists.converted.2.csv"},
        {C, HEAD("\xff\xfe"), "", "-t UTF-8 artists.csv > artists.converted.2.csv"},
        {C, HEAD("sep=,\n"), "", "tail -n +2 artists.csv > artists.converted.2.csv"},
        {C, HEAD("a\rb\r"), "", "< artists.csv > artists.converted.2.csv"},
        {C, HEAD("[{"), "", "artists.csv > artists.converted.2.jsonl"},
        {C, HEAD("{\n"), "", "artists.csv > artists.converted.2.jsonl"},
        {C, HEAD("7z\xbc\xaf\x27\x1c"), "", "artists.csv > artists.converted.2.csv"},
        {C, HEAD("PK\x03\x04"), "", "artists.csv > artists.converted.2.csv"},
        {C, HEAD("PK\x03\x04xl/"), "", "--outdir artists.converted.2 artists.csv"},
        {C, HEAD("PAR1"), "", "('artists.csv')) TO 'artists.converted.2.csv'"},
    };
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        assert_true(input_kind_wrong("artists.csv", 2, C, heads[i].head, heads[i].length, message));
        if (strstr(message, heads[i].command) == NULL || strstr(message, "> artists.csv") != NULL) {
            fail_msg("%zu: %s", i, message);
        }
    }
    assert_true(input_kind_wrong("$(x).csv", 1, C, HEAD("PAR1"), message));
    assert_non_null(strstr(message, "('FILE')) TO 'artists.converted.csv'"));
    assert_true(input_kind_wrong("a b.csv", 1, C, HEAD("\x1f\x8b"), message));
    assert_non_null(strstr(message, "zcat < 'a b.csv' > 'a b.converted.csv'"));
}

static void test_plain_ids(void **state) {
    (void)state;
    static const char *const ids[][2] = {
        {"a1", "a1"},
        {"a 1", "a 1"},
        {" a1", "a1"},
        {"a1 \t", "a1"},
        {"a1\xc2\xa0", "a1"},
        {"\xef\xbb\xbf"
         "a1",
         "a1"},
        {"a\xe2\x80\x8b"
         "1",
         "a1"},
        {"a\xc2\xa0"
         "1",
         "a 1"},
        {"a1\xe2\x80\x8b ", "a1"},
        {"\xe3\x80\x80", ""},
        {"Ren\xc3\xa9", "Ren\xc3\xa9"},
        {"\xc2", "\xc2"},
    };
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        char plain[64];
        size_t length = lookalikes_plain(ids[i][0], strlen(ids[i][0]), plain);
        plain[length] = '\0';
        assert_string_equal(plain, ids[i][1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_packed), cmocka_unit_test(test_wrong),   cmocka_unit_test(test_right),
        cmocka_unit_test(test_names),  cmocka_unit_test(test_targets), cmocka_unit_test(test_plain_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
