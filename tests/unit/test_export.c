// The columns and the formats: what stands in a file for rows and lines that are given.
#include "export/columns.h"
#include "export/export_row.h"
#include "export/export_writer.h"
#include "unit_directory.h"

#include <csv.h>
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

static struct unit_directory directory;

struct line {
    const char *text;
    bool failed;
};

static int note(void *context, const struct result_walk_leaf *leaf) {
    void **both = context;
    const struct line *line = both[1];
    return columns_note_leaf(both[0], leaf, line->failed);
}

// The columns of an input (ends with NULL; the first has the id) and of lines (end with {NULL}).
static struct columns *columns_of(const char *const *input, const struct line *lines, bool flatten,
                                  const char *wanted) {
    struct columns *columns = columns_new(flatten);
    struct result_walk_room room = {0};
    char unknown[64];
    for (size_t i = 0; input[i] != NULL; i++) {
        assert_int_equal(columns_note_input(columns, input[i], i == 0), 0);
    }
    for (; lines->text != NULL; lines++) {
        struct result_walk walk;
        void *both[] = {columns, (void *)(uintptr_t)lines};
        assert_true(result_walk_begin(&walk, lines->text, strlen(lines->text)));
        size_t length;
        assert_int_equal(columns_note_id(columns, result_walk_text(&walk.id_key, &room, &length)), 0);
        assert_int_equal(result_walk_each(&walk, flatten, &room, note, both), 0);
    }
    assert_int_equal(columns_choose(columns, wanted, unknown, sizeof(unknown)), 0);
    free(room.text);
    return columns;
}

static const char *names(const struct columns *columns) {
    static char text[2048];
    text[0] = '\0';
    for (size_t i = 0; i < columns_count(columns); i++) {
        (void)strlcat(text, i > 0 ? "," : "", sizeof(text));
        (void)strlcat(text, columns_at(columns, i)->name, sizeof(text));
    }
    return text;
}

#define ANSWER "response_text"
#define METADATA                                                                                           \
    "model,finish_reason,input_tokens,output_tokens,total_tokens,latency_ms,attempts,created,response_id," \
    "request_id,input_hash,class,status,code,message"

static void names_columns(void **state) {
    static const char *const artists[] = {"artist_id", "name", "data", NULL};
    static const char *const odd[] = {"id", "state", "model", "answer_model", NULL};
    static const char *const none[] = {NULL};
    static const struct line plain[] = {
        {"{\"artist_id\":\"1\",\"artist_name\":\"N\",\"response_text\":\"t\"}", false}, {NULL, false}};
    static const struct line json[] = {
        {"{\"artist_id\":\"1\",\"response_json\":{\"title\":\"t\",\"model\":1,\"a\":{\"b\":1}},\"more\":1}",
         false},
        {"{\"artist_id\":\"2\",\"class\":\"refused\"}", true},
        {NULL, false}};
    static const struct {
        const char *const *input;
        const struct line *lines;
        bool flatten;
        const char *wanted, *names;
    } cases[] = {
        {artists, plain, false, NULL, "artist_id,name,data,state," ANSWER "," METADATA},
        {none, plain, false, NULL, "artist_id,artist_name,state," ANSWER "," METADATA},
        {artists, json, false, NULL, "artist_id,name,data,state," ANSWER ",response_json," METADATA ",more"},
        {artists, json, true, "artist_id,state,title,model,a.b,response_json.model,more",
         "artist_id,state,title,model,a.b,more"},
        {odd, plain, false, "id,state,answer_state,model,answer_model,answer_model_2",
         "id,state,answer_state,model,answer_model,answer_model_2"},
        {artists, plain, false, "usage.total_tokens,artist_id,artist_id,response_json.later",
         "total_tokens,artist_id,response_json.later"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct columns *columns =
            columns_of(cases[i].input, cases[i].lines, cases[i].flatten, cases[i].wanted);
        assert_string_equal(names(columns), cases[i].names);
        columns_free(columns);
    }
}

static void tells_a_column_that_is_none(void **state) {
    struct columns *columns = columns_new(false);
    char unknown[64];
    (void)state;
    assert_int_equal(columns_note_input(columns, "artist_id", true), 0);
    assert_int_equal(columns_choose(columns, "artist_id,titel", unknown, sizeof(unknown)), EINVAL);
    assert_string_equal(unknown, "titel");
    columns_free(columns);
}

// ---- formats ----

static const char *const input_columns[] = {"artist_id", "name", NULL};
static const struct line lines[] = {
    {"{\"artist_id\":\"1\",\"response_text\":\"a "
     "\\\"b\\\",\\r\\nc\\u0000\",\"response_json\":{\"n\":12345678901234567890,"
     "\"s\":\"x\",\"t\":true,\"l\":[1,\"2\"],\"z\":null}}",
     false},
    {"{\"artist_id\":\"2\",\"class\":\"refused\",\"status\":400,\"code\":null,\"message\":\"=1+1\"}", true},
    {NULL, false}};

static char *read_all(const char *path) {
    static char text[65536];
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    size_t length = fread(text, 1, sizeof(text) - 1, file);
    text[length] = '\0';
    assert_int_equal(fclose(file), 0);
    return text;
}

// Three rows: answered, failed, and open. Without `commit` it is given up before its end.
static void write_rows(enum export_format format, const char *path, const char *errors, const char *wanted,
                       bool commit) {
    static const char *const fields[][2] = {{"1", "Ann, \"A\""}, {"2", "  =Bob\r\n"}, {"3", ""}};
    const struct export_writer *writer = export_writer_of(format);
    struct columns *columns = columns_of(input_columns, lines, true, wanted);
    const struct export_target target = {path, errors, true};
    const char *why = NULL;
    void *writing = writer->open(&target, columns, &why);
    assert_non_null(writing);
    struct export_row row;
    assert_int_equal(export_row_begin(&row, columns), 0);
    for (size_t i = 0; i < 3; i++) {
        struct record_field field[2] = {{fields[i][0], strlen(fields[i][0])},
                                        {fields[i][1], strlen(fields[i][1])}};
        const struct record record = {.id = field[0], .columns = 2, .column = input_columns, .field = field};
        struct result_walk walk;
        row.record = &record;
        row.walk = i < 2 ? &walk : NULL;
        row.state = (enum export_state)i;
        row.id = (struct json_piece){field[0].text, field[0].length};
        assert_true(i == 2 || result_walk_begin(&walk, lines[i].text, strlen(lines[i].text)));
        assert_int_equal(export_row_spread(&row, columns), 0);
        assert_int_equal(writer->row(writing, &row, &why), 0);
    }
    export_row_end(&row);
    if (commit) {
        assert_int_equal(writer->commit(writing, &why), 0);
    }
    writer->free(writing);
    columns_free(columns);
}

struct table {
    char text[4096];
};

static void on_field(void *text, size_t length, void *context) {
    struct table *table = context;
    (void)strncat(table->text, text != NULL ? text : "", length);
    (void)strcat(table->text, "|");
}

static void on_record(int end, void *context) {
    struct table *table = context;
    (void)end;
    (void)strcat(table->text, "$");
}

// What libcsv, which is strict here, reads of it.
static const char *read_csv(const char *path) {
    static struct table table;
    struct csv_parser parser;
    const char *text = read_all(path);
    table.text[0] = '\0';
    assert_int_equal(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI), 0);
    csv_set_delim(&parser, ',');
    assert_int_equal(csv_parse(&parser, text, strlen(text), on_field, on_record, &table), strlen(text));
    assert_int_equal(csv_fini(&parser, on_field, on_record, &table), 0);
    csv_free(&parser);
    return table.text;
}

static void csv_comes_back(void **state) {
    (void)state;
    const char *path = directory_file(&directory, "out.csv");
    write_rows(EXPORT_CSV, path, NULL, "artist_id,name,state,response_text,n,s,t,l,z,status,code,message",
               true);
    assert_string_equal(
        read_csv(path),
        "artist_id|name|state|response_text|n|s|t|l|z|status|code|message|$"
        "1|Ann, \"A\"|done|a \"b\",\r\nc\xef\xbf\xbd|12345678901234567890|x|true|[1,\"2\"]||||"
        "|$"
        "2|  =Bob\r\n|failed|||||||400||=1+1|$"
        "3||open||||||||||$");
}

// A reader skips blank lines.
static void an_empty_field_alone_is_no_blank_line(void **state) {
    (void)state;
    const char *path = directory_file(&directory, "one.csv");
    write_rows(EXPORT_CSV, path, NULL, "s", true);
    assert_string_equal(read_all(path), "s\r\nx\r\n\"\"\r\n\"\"\r\n");
}

static void jsonl_keeps_values_as_they_stand(void **state) {
    (void)state;
    const char *path = directory_file(&directory, "out.jsonl");
    write_rows(EXPORT_JSONL, path, NULL, "artist_id,name,state,response_text,n,l,z,status", true);
    assert_string_equal(
        read_all(path),
        "{\"artist_id\":\"1\",\"name\":\"Ann, \\\"A\\\"\",\"state\":\"done\",\"response_text\":\"a "
        "\\\"b\\\",\\r\\nc\\u0000\",\"n\":12345678901234567890,\"l\":[1,\"2\"],\"z\":null}\n"
        "{\"artist_id\":\"2\",\"name\":\"  =Bob\\r\\n\",\"state\":\"failed\",\"status\":400}\n"
        "{\"artist_id\":\"3\",\"name\":\"\",\"state\":\"open\"}\n");
}

static void batch_lines_are_the_providers(void **state) {
    (void)state;
    const char *path = directory_file(&directory, "batch.jsonl");
    const char *errors = directory_file(&directory, "batch.errors.jsonl");
    write_rows(EXPORT_BATCH, path, errors, NULL, true);
    assert_string_equal(read_all(path),
                        "{\"id\":\"batch_req_1\",\"custom_id\":\"1\",\"response\":{\"status_code\":200,"
                        "\"request_id\":\"\",\"body\":{\"id\":"
                        "\"\",\"object\":\"response\",\"created_at\":0,\"status\":\"completed\",\"error\":"
                        "null,\"incomplete_details\":null,"
                        "\"model\":\"\",\"output\":[{\"type\":\"message\",\"role\":\"assistant\",\"status\":"
                        "\"completed\",\"content\":[{"
                        "\"type\":\"output_text\",\"text\":\"a "
                        "\\\"b\\\",\\r\\nc\\u0000\",\"annotations\":[]}]}],\"usage\":{\"input_tokens\":"
                        "0,\"output_tokens\":0,\"total_tokens\":0}}},\"error\":null}\n");
    assert_string_equal(
        read_all(errors),
        "{\"id\":\"batch_req_2\",\"custom_id\":\"2\",\"response\":{\"status_code\":400,\"request_id\":\"\","
        "\"body\":{\"error\":{\"message\":\"=1+1\",\"type\":\"refused\",\"param\":null,\"code\":null}}},"
        "\"error\":null}\n");
}

// What the line holds of it is passed on as it is.
static void batch_lines_of_batch_lines(void **state) {
    static const char line[] =
        "{\"custom_id\":\"c\",\"response\":{\"status_code\":200,\"request_id\":\"r\",\"body\":{"
        "\"n\":1.50}},\"error\":null,\"attempts\":1}";
    const char *path = directory_file(&directory, "own.jsonl");
    const struct export_target target = {path, directory_file(&directory, "own.errors.jsonl"), false};
    const struct export_writer *writer = export_writer_of(EXPORT_BATCH);
    struct result_walk walk;
    const char *why = NULL;
    (void)state;
    void *writing = writer->open(&target, NULL, &why);
    assert_non_null(writing);
    assert_true(result_walk_begin(&walk, line, strlen(line)));
    const struct export_row row = {.walk = &walk, .state = EXPORT_DONE, .id = {"c", 1}};
    assert_int_equal(writer->row(writing, &row, &why), 0);
    assert_int_equal(writer->commit(writing, &why), 0);
    writer->free(writing);
    assert_string_equal(read_all(path),
                        "{\"id\":\"batch_req_1\",\"custom_id\":\"c\",\"response\":{\"status_code\":200,"
                        "\"request_id\":\"r\",\"body\":{\"n\":1.50}},\"error\":null}\n");
}

static unsigned files_in(const char *path) {
    unsigned count = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    while (readdir(folder) != NULL) {
        count++;
    }
    assert_int_equal(closedir(folder), 0);
    return count;
}

// Given up: what stood there stays, and nothing is left beside it.
static void nothing_changes_without_a_commit(void **state) {
    (void)state;
    for (enum export_format format = EXPORT_CSV; format < EXPORT_FORMATS; format++) {
        struct unit_directory own;
        directory_make(&own);
        const char *path = directory_file(&own, "there");
        const char *errors = directory_file(&own, "there.errors");
        write_rows(format, path, errors, NULL, true);
        struct stat before, after;
        unsigned files = files_in(own.path);
        assert_int_equal(stat(path, &before), 0);
        write_rows(format, path, errors, NULL, false);
        assert_int_equal(stat(path, &after), 0);
        assert_int_equal(before.st_ino, after.st_ino);
        assert_int_equal(before.st_size, after.st_size);
        assert_int_equal(files_in(own.path), files);
        write_rows(format, path, errors, NULL, true); // again, in its place
        assert_int_equal(files_in(own.path), files);
        directory_remove(&own);
    }
}

// The rows of a question, with blanks between; of the caller's connection.
static const char *asked(sqlite3 *base, const char *question) {
    static char text[2048];
    sqlite3_stmt *statement;
    text[0] = '\0';
    assert_int_equal(sqlite3_prepare_v2(base, question, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            const unsigned char *value = sqlite3_column_text(statement, i);
            (void)strlcat(text, value != NULL ? (const char *)value : "-", sizeof(text));
            (void)strlcat(text, " ", sizeof(text));
        }
    }
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    return text;
}

static void sqlite_has_tables_with_types(void **state) {
    (void)state;
    sqlite3 *base;
    const char *path = directory_file(&directory, "out.db");
    write_rows(EXPORT_SQLITE, path, NULL, NULL, true);
    assert_int_equal(sqlite3_open_v2(path, &base, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_string_equal(asked(base, "PRAGMA integrity_check"), "ok ");
    assert_string_equal(asked(base, "PRAGMA journal_mode"), "wal ");
    assert_string_equal(asked(base, "SELECT artist_id, name, state FROM rows WHERE artist_id <> '2'"),
                        "1 Ann, \"A\" done 3  open ");
    assert_string_equal(asked(base, "SELECT artist_id, typeof(n), n, t, typeof(t), l, z FROM answers"),
                        "1 text 12345678901234567890 1 integer [1,\"2\"] - ");
    assert_string_equal(asked(base, "SELECT artist_id, class, status + 1, message FROM errors"),
                        "2 refused 401 =1+1 ");
    assert_string_equal(asked(base, "SELECT artist_id, state, s, class FROM results"),
                        "1 done x - 2 failed - refused 3 open - - ");
    assert_int_equal(sqlite3_close(base), SQLITE_OK);
}

// Who reads the older one when a new one takes its place sees the older one to the end.
static void sqlite_is_replaced_below_a_reader(void **state) {
    (void)state;
    sqlite3 *base;
    const char *path = directory_file(&directory, "read.db");
    write_rows(EXPORT_SQLITE, path, NULL, "artist_id,name", true);
    assert_int_equal(sqlite3_open_v2(path, &base, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_string_equal(asked(base, "BEGIN"), "");
    assert_string_equal(asked(base, "SELECT count(*) FROM rows"), "3 ");
    write_rows(EXPORT_SQLITE, path, NULL, "artist_id,state", true);
    assert_string_equal(asked(base, "SELECT name FROM rows WHERE artist_id = 1"), "Ann, \"A\" ");
    assert_string_equal(asked(base, "COMMIT"), "");
    assert_string_equal(asked(base, "SELECT state FROM rows WHERE artist_id = 1"), "done ");
    assert_string_equal(asked(base, "PRAGMA integrity_check"), "ok ");
    assert_int_equal(sqlite3_close(base), SQLITE_OK);
}

static void a_database_of_others_is_left_alone(void **state) {
    const struct export_writer *writer = export_writer_of(EXPORT_SQLITE);
    (void)state;
    static const char *const others[] = {"SQLite format 3", "some text that somebody keeps there\n"};
    for (size_t i = 0; i < 2; i++) {
        const char *path = directory_write(&directory, "theirs.db", others[i], strlen(others[i]));
        const struct export_target target = {path, NULL, false};
        struct columns *columns = columns_of(input_columns, lines, false, NULL);
        const char *why = NULL;
        assert_null(writer->open(&target, columns, &why));
        assert_non_null(why);
        assert_string_equal(read_all(path), others[i]);
        columns_free(columns);
    }
}

static int begin(void **state) {
    (void)state;
    directory_make(&directory);
    return 0;
}

static int end(void **state) {
    (void)state;
    directory_remove(&directory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_columns),
        cmocka_unit_test(tells_a_column_that_is_none),
        cmocka_unit_test(csv_comes_back),
        cmocka_unit_test(an_empty_field_alone_is_no_blank_line),
        cmocka_unit_test(jsonl_keeps_values_as_they_stand),
        cmocka_unit_test(batch_lines_are_the_providers),
        cmocka_unit_test(batch_lines_of_batch_lines),
        cmocka_unit_test(nothing_changes_without_a_commit),
        cmocka_unit_test(sqlite_has_tables_with_types),
        cmocka_unit_test(sqlite_is_replaced_below_a_reader),
        cmocka_unit_test(a_database_of_others_is_left_alone),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
