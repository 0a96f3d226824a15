#include "fleet/fleet_export.h"

#include "export/export.h"
#include "fleet/fleet_files.h"
#include "fleet/fleet_lines.h"
#include "fleet/fleet_rows.h"
#include "fleet/fleet_tell.h"
#include "ration/file_io.h"
#include "system/exit_code.h"
#include "system/temp_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void keep(char *out, size_t size, const struct fleet_answer *answer, size_t row, size_t column) {
    (void)snprintf(out, size, "%s", fleet_answer_text(answer, row, column));
}

static int append(void *context, const char *bytes, size_t length) {
    int error = file_io_append(*(const int *)context, bytes, length);
    if (error != 0) {
        fleet_tell("cannot write a temporary file: %s; TMPDIR says where", strerror(error));
    }
    return error != 0 ? -1 : 0;
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

static int to_file(struct fleet_database *database, const char *run, struct fleet_files *files,
                   const struct fleet_words *words) {
    struct fleet_rows rows = {.fd = -1};
    int answers = temp_file_open(), failures = temp_file_open(), status = EXIT_CODE_CANNOT;
    if (answers < 0 || failures < 0) {
        fleet_tell("cannot make a temporary file: %s; TMPDIR says where", strerror(errno));
    } else if (fleet_lines_answers(database, run, files, append, &answers) == 0 &&
               fleet_lines_failures(database, run, append, &failures) == 0 &&
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

struct table {
    struct fleet_database *database;
    const char *name; // quoted
    unsigned long long rows;
};

// A batch at a time, each statement a transaction of its own: vacuum waits for no one, and who was stopped
// goes on.
static int fill(void *context, const char *bytes, size_t length) {
    struct table *table = context;
    char sql[1024], *lines = strndup(bytes, length);
    const char *const values[] = {lines};
    if (lines == NULL) {
        fleet_tell("out of memory");
        return -1;
    }
    (void)snprintf(sql, sizeof(sql),
                   "INSERT INTO %s (artist_id, answer, failed) SELECT " ONE_LINE ", false FROM "
                   "string_to_table($1, E'\\n') AS l WHERE l <> '' ON CONFLICT DO NOTHING",
                   table->name);
    struct fleet_answer *answer = fleet_database_ask(table->database, sql, 1, values);
    free(lines);
    if (answer == NULL) {
        return -1;
    }
    table->rows += fleet_answer_changed(answer);
    fleet_answer_free(answer);
    return 0;
}

static int fill_failures(struct table *table, const char *run) {
    const char *const values[] = {run};
    char sql[1024];
    (void)snprintf(sql, sizeof(sql),
                   "INSERT INTO %s (artist_id, answer, failed) SELECT " ONE_LINE ", true FROM "
                   "(SELECT rtrim(line, E'\\n') AS l FROM ration.failure WHERE run = $1::int) AS f "
                   "ON CONFLICT DO NOTHING",
                   table->name);
    struct fleet_answer *answer = fleet_database_ask(table->database, sql, 1, values);
    if (answer == NULL) {
        return -1;
    }
    table->rows += fleet_answer_changed(answer);
    fleet_answer_free(answer);
    return 0;
}

static int to_table(struct fleet_database *database, const char *run, struct fleet_files *files,
                    const struct fleet_words *words) {
    char name[256], make[512];
    struct table table = {database, name, 0};
    if (quote_table(database, words->table, name) != 0) {
        return fleet_database_exit(database);
    }
    (void)snprintf(make, sizeof(make),
                   "SET client_min_messages = error; CREATE TABLE IF NOT EXISTS %s "
                   "(artist_id text PRIMARY KEY, answer json NOT NULL, failed boolean NOT NULL)",
                   name);
    if (fleet_database_do(database, make) != 0 ||
        fleet_lines_answers(database, run, files, fill, &table) != 0 || fill_failures(&table, run) != 0) {
        return EXIT_CODE_CANNOT;
    }
    fleet_tell("%llu rows to the table %s", table.rows, name);
    return EXIT_CODE_ALL_DONE;
}

// Which run, and whether its lines are on its machines. 0, or -1 after telling.
static int find_run(struct fleet_database *database, const char *name, char run[16], bool *local) {
    const char *const values[] = {name};
    struct fleet_answer *answer =
        fleet_database_ask(database,
                           "SELECT run, coalesce(settings ->> 'fleet-keep' = 'local', false) "
                           "FROM ration.run WHERE run = ration.run_named($1)",
                           1, values);
    if (answer == NULL) {
        return -1;
    }
    keep(run, 16, answer, 0, 0);
    *local = fleet_answer_text(answer, 0, 1)[0] == 't';
    fleet_answer_free(answer);
    return 0;
}

// The only copy of a machine's lines may be what --to names.
static bool overwrites(const struct fleet_words *words) {
    struct stat to, from;
    const char *name = NULL;
    for (size_t i = 0; words->others[i] != NULL; i++) {
        const char *word = words->others[i];
        if (strncmp(word, "--to", 4) == 0 && (word[4] == '=' || word[4] == '\0')) {
            name = word[4] == '=' ? word + 5 : words->others[i + 1];
        }
    }
    if (name == NULL || stat(name, &to) != 0) {
        return false;
    }
    for (size_t i = 0; words->from[i] != NULL; i++) {
        if (stat(words->from[i], &from) == 0 && from.st_dev == to.st_dev && from.st_ino == to.st_ino) {
            fleet_tell("--to %s is the output of a machine that --from names; write to another file", name);
            return true;
        }
    }
    return false;
}

static int tell_missing(const struct fleet_files *files, int status) {
    uint64_t missing = fleet_files_missing(files);
    if (missing == 0) {
        return status;
    }
    fleet_tell("incomplete: %" PRIu64
               " lines are missing; where a machine's disk is gone for good, ration fleet "
               "lost has them asked again",
               missing);
    return status == EXIT_CODE_ALL_DONE ? EXIT_CODE_SOME_FAILED : status;
}

int fleet_export(struct fleet_database *database, const struct fleet_words *words) {
    char run[16];
    bool local;
    struct fleet_files *files = NULL;
    if (find_run(database, words->name, run, &local) != 0) {
        return fleet_database_exit(database);
    }
    if (local && words->from[0] == NULL) {
        fleet_files_wanted(database, run);
        return EXIT_CODE_WRONG;
    }
    if (!local && words->from[0] != NULL) {
        fleet_tell("the lines of this run are in the database; leave out --from");
        return EXIT_CODE_WRONG;
    }
    if (local && (overwrites(words) || (files = fleet_files_open(database, run, words->from)) == NULL)) {
        return EXIT_CODE_WRONG;
    }
    int status =
        words->table != NULL ? to_table(database, run, files, words) : to_file(database, run, files, words);
    if (files != NULL && status <= EXIT_CODE_SOME_FAILED) {
        status = tell_missing(files, status);
    }
    fleet_files_close(files);
    return status;
}
