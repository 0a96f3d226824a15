#include "fleet/fleet_export.h"

#include "export/export.h"
#include "fleet/fleet_rows.h"
#include "fleet/fleet_tell.h"
#include "ration/file_io.h"
#include "system/exit_code.h"
#include "system/temp_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// A position in the rows of a run, which are read in the order of their key: nothing can come before it.
struct cursor {
    char first[64], second[32];
};

static void keep(char *out, size_t size, const struct fleet_answer *answer, size_t row, size_t column) {
    (void)snprintf(out, size, "%s", fleet_answer_text(answer, row, column));
}

static int append(int fd, const void *bytes, size_t length) {
    int error = file_io_append(fd, bytes, length);
    if (error != 0) {
        fleet_tell("cannot write a temporary file: %s; TMPDIR says where", strerror(error));
    }
    return error != 0 ? -1 : 0;
}

static int append_batch(int fd, const struct fleet_answer *answer, size_t row) {
    size_t length = 0;
    if (fleet_answer_null(answer, row, 2)) {
        return 0;
    }
    unsigned char *body = fleet_answer_bytes(answer, row, 2, &length);
    if (body == NULL) {
        fleet_tell("out of memory");
        return -1;
    }
    int status = append(fd, body, length);
    fleet_answer_bytes_free(body);
    return status;
}

// What machines have handed in, one after another, each in the order of its output. A batch is a second of a
// machine, some 0.1 to 2 MB.
static int fetch_answers(struct fleet_database *database, const char *run, int fd) {
    struct cursor at = {"00000000-0000-0000-0000-000000000000", "-1"};
    for (;;) {
        const char *const values[] = {run, at.first, at.second};
        struct fleet_answer *answer = fleet_database_ask(
            database,
            "SELECT member, spool_from, body FROM ration.batch WHERE run = $1::int "
            "AND (member, spool_from) > ($2::uuid, $3::bigint) ORDER BY member, spool_from LIMIT 16",
            3, values);
        if (answer == NULL) {
            return -1;
        }
        size_t rows = fleet_answer_rows(answer);
        int status = 0;
        for (size_t i = 0; i < rows && status == 0; i++) {
            status = append_batch(fd, answer, i);
        }
        if (rows > 0) {
            keep(at.first, sizeof(at.first), answer, rows - 1, 0);
            keep(at.second, sizeof(at.second), answer, rows - 1, 1);
        }
        fleet_answer_free(answer);
        if (rows == 0 || status != 0) {
            return status;
        }
    }
}

static int append_failure(int fd, const char *line) {
    size_t length = strcspn(line, "\n");
    return append(fd, line, length) == 0 ? append(fd, "\n", 1) : -1;
}

static int fetch_failures(struct fleet_database *database, const char *run, int fd) {
    struct cursor at = {"-1", ""};
    for (;;) {
        const char *const values[] = {run, at.first};
        struct fleet_answer *answer = fleet_database_ask(
            database,
            "SELECT artist, line FROM ration.failure WHERE run = $1::int AND artist > $2::bigint "
            "ORDER BY artist LIMIT 1000",
            2, values);
        if (answer == NULL) {
            return -1;
        }
        size_t rows = fleet_answer_rows(answer);
        int status = 0;
        for (size_t i = 0; i < rows && status == 0; i++) {
            status = append_failure(fd, fleet_answer_text(answer, i, 1));
        }
        if (rows > 0) {
            keep(at.first, sizeof(at.first), answer, rows - 1, 0);
        }
        fleet_answer_free(answer);
        if (rows == 0 || status != 0) {
            return status;
        }
    }
}

// `ration export` over files that no name leads to. What people say comes behind, and counts.
static int through_export(int answers, int failures, struct fleet_rows *rows,
                          const struct fleet_words *words) {
    static char command[] = "export", option[] = "--errors";
    char output[64], errors[64];
    size_t count = 0;
    while (words->others[count] != NULL) {
        count++;
    }
    char **all = calloc(count + rows->words + 5, sizeof(*all));
    if (all == NULL) {
        fleet_tell("out of memory");
        return EXIT_CODE_CANNOT;
    }
    (void)snprintf(output, sizeof(output), "/proc/self/fd/%d", answers);
    (void)snprintf(errors, sizeof(errors), "/proc/self/fd/%d", failures);
    all[0] = command;
    for (size_t i = 0; i < rows->words; i++) {
        all[i + 1] = rows->word[i];
    }
    memcpy(all + 1 + rows->words, words->others, count * sizeof(*all));
    count += rows->words;
    all[count + 1] = output;
    all[count + 2] = option;
    all[count + 3] = errors;
    int status = export_command((int)count + 4, all);
    free(all);
    return status;
}

// Whoever names an input, or wants none, needs no rows of the database.
static bool without_rows(const struct fleet_words *words) {
    for (char **word = words->others; *word != NULL; word++) {
        if (strcmp(*word, "--no-input") == 0 || strcmp(*word, "--input") == 0 ||
            strncmp(*word, "--input=", 8) == 0) {
            return true;
        }
    }
    return false;
}

static int to_file(struct fleet_database *database, const char *run, const struct fleet_words *words) {
    struct fleet_rows rows = {.fd = -1};
    int answers = temp_file_open(), failures = temp_file_open(), status = EXIT_CODE_CANNOT;
    if (answers < 0 || failures < 0) {
        fleet_tell("cannot make a temporary file: %s; TMPDIR says where", strerror(errno));
    } else if (fetch_answers(database, run, answers) == 0 && fetch_failures(database, run, failures) == 0 &&
               (without_rows(words) || fleet_rows_open(database, run, &rows) == 0)) {
        status = through_export(answers, failures, &rows, words);
    }
    fleet_rows_close(&rows);
    (void)close(answers);
    (void)close(failures);
    return status;
}

// ---- a table ----

// A name as people write it, quoted by the server, so that it can be nothing but a name. 0, or -1 after
// telling.
static int quote_table(struct fleet_database *database, const char *name, char out[256]) {
    const char *const values[] = {name};
    struct fleet_answer *answer = fleet_database_ask(
        database, "SELECT string_agg(quote_ident(part), '.') FROM unnest(parse_ident($1)) AS part", 1,
        values);
    if (answer == NULL) {
        return -1;
    }
    keep(out, 256, answer, 0, 0);
    fleet_answer_free(answer);
    return 0;
}

// An artist's line begins with its id, whatever the input calls it.
#define ONE_LINE "(SELECT value FROM json_each_text(l::json) LIMIT 1), l::json"

// Some rows at a time, each statement a transaction of its own: vacuum waits for no one, and who was stopped
// goes on.
static int fill(struct fleet_database *database, const char *run, const char *table,
                unsigned long long *rows) {
    struct cursor at = {"00000000-0000-0000-0000-000000000000", "-1"};
    char sql[1024];
    (void)snprintf(
        sql, sizeof(sql),
        "WITH b AS MATERIALIZED (SELECT member, spool_from, body FROM ration.batch WHERE run = $1::int "
        "AND (member, spool_from) > ($2::uuid, $3::bigint) ORDER BY member, spool_from LIMIT 16), "
        "i AS (INSERT INTO %s (artist_id, answer, failed) SELECT " ONE_LINE ", false FROM b, "
        "string_to_table(convert_from(body, 'UTF8'), E'\\n') AS l WHERE l <> '' ON CONFLICT DO NOTHING "
        "RETURNING 1) SELECT member, spool_from, (SELECT count(*) FROM i) FROM b "
        "ORDER BY member DESC, spool_from DESC LIMIT 1",
        table);
    for (;;) {
        const char *const values[] = {run, at.first, at.second};
        struct fleet_answer *answer = fleet_database_ask(database, sql, 3, values);
        if (answer == NULL) {
            return -1;
        }
        bool more = fleet_answer_rows(answer) > 0;
        if (more) {
            keep(at.first, sizeof(at.first), answer, 0, 0);
            keep(at.second, sizeof(at.second), answer, 0, 1);
            *rows += strtoull(fleet_answer_text(answer, 0, 2), NULL, 10);
        }
        fleet_answer_free(answer);
        if (!more) {
            return 0;
        }
    }
}

static int fill_failures(struct fleet_database *database, const char *run, const char *table,
                         unsigned long long *rows) {
    const char *const values[] = {run};
    char sql[1024];
    (void)snprintf(sql, sizeof(sql),
                   "INSERT INTO %s (artist_id, answer, failed) SELECT " ONE_LINE ", true FROM "
                   "(SELECT rtrim(line, E'\\n') AS l FROM ration.failure WHERE run = $1::int) AS f "
                   "ON CONFLICT DO NOTHING",
                   table);
    struct fleet_answer *answer = fleet_database_ask(database, sql, 1, values);
    if (answer == NULL) {
        return -1;
    }
    *rows += fleet_answer_changed(answer);
    fleet_answer_free(answer);
    return 0;
}

static int to_table(struct fleet_database *database, const char *run, const struct fleet_words *words) {
    char table[256], make[512];
    unsigned long long rows = 0;
    if (quote_table(database, words->table, table) != 0) {
        return fleet_database_exit(database);
    }
    (void)snprintf(make, sizeof(make),
                   "SET client_min_messages = error; CREATE TABLE IF NOT EXISTS %s "
                   "(artist_id text PRIMARY KEY, answer json NOT NULL, failed boolean NOT NULL)",
                   table);
    if (fleet_database_do(database, make) != 0 || fill(database, run, table, &rows) != 0 ||
        fill_failures(database, run, table, &rows) != 0) {
        return EXIT_CODE_CANNOT;
    }
    fleet_tell("%llu rows to the table %s", rows, table);
    return EXIT_CODE_ALL_DONE;
}

int fleet_export(struct fleet_database *database, const struct fleet_words *words) {
    const char *const values[] = {words->name};
    char run[16];
    struct fleet_answer *answer = fleet_database_ask(database, "SELECT ration.run_named($1)", 1, values);
    if (answer == NULL) {
        return fleet_database_exit(database);
    }
    keep(run, sizeof(run), answer, 0, 0);
    fleet_answer_free(answer);
    return words->table != NULL ? to_table(database, run, words) : to_file(database, run, words);
}
