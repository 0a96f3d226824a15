#include "fleet/fleet_table.h"

#include "fleet/fleet_lines.h"
#include "fleet/fleet_tell.h"
#include "ration/json_scan.h"
#include "ration/result_format.h"
#include "ration/result_line.h"
#include "ration/text.h"
#include "system/exit_code.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MOST 4096U
#define BYTES_MOST ((size_t)4 << 20)
#define NAME_SIZE 300U // two names of 63 bytes, each of which may be a quote that is doubled
#define MARK "ration fleet export: "

struct table {
    struct fleet_database *database;
    char name[NAME_SIZE]; // quoted
    bool failed;          // these lines are failures'
    struct text lines;    // of the next statement, a newline between each two
    struct text ids;      // likewise: the items of a JSON array
    struct text rest;     // a line that is not whole yet
    unsigned count;
    unsigned long long rows;
};

// ---- which table ----

// A name is quoted by the server, so that it can be nothing but a name. Where people name no schema it is
// public: what stands first in a login's search_path may be the fleet's own. An exit code.
static int find_name(struct table *table, const char *name) {
    const char *const values[] = {name};
    struct fleet_answer *answer =
        fleet_database_ask(table->database,
                           "SELECT string_agg(quote_ident(part), '.' ORDER BY n), count(*), "
                           "coalesce(max(part) FILTER (WHERE n = 1), '') "
                           "FROM unnest(parse_ident($1)) WITH ORDINALITY AS p (part, n)",
                           1, values);
    if (answer == NULL) {
        return fleet_database_exit(table->database, EXIT_CODE_CANNOT);
    }
    const char *parts = fleet_answer_text(answer, 0, 1);
    bool schema = strcmp(parts, "2") == 0;
    int length = snprintf(table->name, sizeof(table->name), "%s%s", schema ? "" : "public.",
                          fleet_answer_text(answer, 0, 0));
    bool own = schema && strcmp(fleet_answer_text(answer, 0, 2), "ration") == 0;
    bool good = (schema || strcmp(parts, "1") == 0) && length > 0 && (size_t)length < sizeof(table->name);
    fleet_answer_free(answer);
    if (own) {
        fleet_tell("the schema ration is the fleet's own; export into another one: --table SCHEMA.NAME");
    } else if (!good) {
        fleet_tell(
            "--table takes NAME, which is in the schema public, or SCHEMA.NAME, each of 63 bytes at most");
    }
    return own || !good ? EXIT_CODE_WRONG : EXIT_CODE_ALL_DONE;
}

// What is made here is marked with whose it is, so that no other run's rows come into it.
static int make(struct table *table, const char *mark) {
    char sql[4096];
    int length = snprintf(
        sql, sizeof(sql),
        "CREATE TABLE %s (artist_id text PRIMARY KEY, answer json NOT NULL, failed boolean NOT NULL); "
        "COMMENT ON TABLE %s IS %s",
        table->name, table->name, mark);
    if (length < 0 || (size_t)length >= sizeof(sql)) {
        fleet_tell("the name of the run is too long");
        return EXIT_CODE_WRONG;
    }
    return fleet_database_do(table->database, sql) == 0
               ? EXIT_CODE_ALL_DONE
               : fleet_database_exit(table->database, EXIT_CODE_CANNOT);
}

static int find_table(struct table *table, const char *whose) {
    const char *const values[] = {table->name, whose};
    struct fleet_answer *answer = fleet_database_ask(
        table->database,
        "SELECT to_regclass($1) IS NOT NULL, coalesce(obj_description(to_regclass($1), 'pg_class'), ''), "
        "quote_literal('" MARK "' || $2), '" MARK "' || $2",
        2, values);
    if (answer == NULL) {
        return fleet_database_exit(table->database, EXIT_CODE_CANNOT);
    }
    const char *before = fleet_answer_text(answer, 0, 1);
    int status = EXIT_CODE_ALL_DONE;
    if (fleet_answer_text(answer, 0, 0)[0] != 't') {
        status = make(table, fleet_answer_text(answer, 0, 2));
    } else if (strncmp(before, MARK, strlen(MARK)) == 0 &&
               strcmp(before, fleet_answer_text(answer, 0, 3)) != 0) {
        fleet_tell(
            "the table %s has the rows of another run: %s; name another table, or drop that one. To have "
            "rows of several runs in it: COMMENT ON TABLE %s IS NULL",
            table->name, before + strlen(MARK), table->name);
        status = EXIT_CODE_WRONG;
    }
    fleet_answer_free(answer);
    return status;
}

// ---- its rows ----

// Whose line it is, as JSON. An object's first member tells; a list has it in its metadata.
static bool add_id(struct text *ids, const char *line, size_t length) {
    struct json_piece object, key, value;
    char id[RESULT_LINE_ID_SIZE];
    size_t at = 0, size;
    if (length > 0 && line[0] == '[') {
        if (!result_line_id(result_format_cookbook(), line, length, id, &size)) {
            return false;
        }
        text_add_json(ids, id, size);
        return true;
    }
    if (!json_scan_whole(line, length, &object) || line[0] != '{' ||
        !json_scan_member(&object, &at, &key, &value)) {
        return false;
    }
    text_add(ids, value.text, value.length);
    return true;
}

// Each statement is a transaction of its own: vacuum waits for no one, and who was stopped goes on. A failure
// may have become an answer meanwhile, which came late. 0, or -1 after telling.
static int flush(struct table *table) {
    char sql[2048];
    if (table->count == 0) {
        return 0;
    }
    text_add(&table->ids, "]", 2); // and its NUL
    text_add(&table->lines, "", 1);
    if (table->ids.failed || table->lines.failed) {
        fleet_tell("out of memory");
        return -1;
    }
    (void)snprintf(sql, sizeof(sql),
                   "INSERT INTO %s AS old (artist_id, answer, failed) SELECT i.id, l.line::json, $3::boolean "
                   "FROM json_array_elements_text($1::json) WITH ORDINALITY AS i (id, n) "
                   "JOIN string_to_table($2, E'\\n') WITH ORDINALITY AS l (line, n) USING (n) "
                   "ON CONFLICT (artist_id) DO UPDATE SET answer = excluded.answer, failed = excluded.failed "
                   "WHERE old.failed <> excluded.failed OR old.answer::text <> excluded.answer::text",
                   table->name);
    const char *const values[] = {table->ids.bytes, table->lines.bytes, table->failed ? "true" : "false"};
    struct fleet_answer *answer = fleet_database_ask(table->database, sql, 3, values);
    table->rows += answer != NULL ? fleet_answer_changed(answer) : 0;
    fleet_answer_free(answer);
    text_clear(&table->ids);
    text_clear(&table->lines);
    table->count = 0;
    return answer != NULL ? 0 : -1;
}

static int add_line(struct table *table, const char *line, size_t length) {
    if (length == 0) {
        return 0;
    }
    text_add(&table->ids, table->count > 0 ? "," : "[", 1);
    text_add(&table->lines, "\n", table->count > 0);
    text_add(&table->lines, line, length);
    if (!add_id(&table->ids, line, length)) {
        fleet_tell("a line of the run cannot be read: %.*s", length < 200 ? (int)length : 200, line);
        return -1;
    }
    table->count++;
    return table->count == ROWS_MOST || table->lines.length >= BYTES_MOST ? flush(table) : 0;
}

static int take(void *context, const char *bytes, size_t length) {
    struct table *table = context;
    struct text *rest = &table->rest;
    text_add(rest, bytes, length);
    if (length == 0) {
        return 0;
    }
    if (rest->failed) {
        fleet_tell("out of memory");
        return -1;
    }
    size_t from = 0;
    for (const char *end; (end = memchr(rest->bytes + from, '\n', rest->length - from)) != NULL;) {
        size_t to = (size_t)(end - rest->bytes);
        if (add_line(table, rest->bytes + from, to - from) != 0) {
            return -1;
        }
        from = to + 1;
    }
    memmove(rest->bytes, rest->bytes + from, rest->length - from);
    rest->length -= from;
    return 0;
}

static int fill(struct table *table, const char *run, struct fleet_files *files) {
    int status = fleet_lines_answers(table->database, run, files, take, table);
    status = status == 0 ? take(table, "\n", 1) : status; // one that has no newline at its end
    status = status == 0 ? flush(table) : status;
    table->failed = true;
    status = status == 0 ? fleet_lines_failures(table->database, run, take, table) : status;
    return status == 0 ? flush(table) : status;
}

int fleet_table(struct fleet_database *database, const char *run, const char *whose,
                struct fleet_files *files, const char *name) {
    struct table table = {.database = database};
    int status = find_name(&table, name);
    status = status == EXIT_CODE_ALL_DONE ? find_table(&table, whose) : status;
    if (status == EXIT_CODE_ALL_DONE && fill(&table, run, files) != 0) {
        status = fleet_database_exit(database, EXIT_CODE_CANNOT);
    }
    text_free(&table.ids);
    text_free(&table.lines);
    text_free(&table.rest);
    if (status == EXIT_CODE_ALL_DONE) {
        fleet_tell("%llu rows to the table %s", table.rows, table.name);
    }
    return status;
}
