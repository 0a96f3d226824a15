#include "fleet/fleet_export.h"

#include "export/export.h"
#include "fleet/fleet_files.h"
#include "fleet/fleet_lines.h"
#include "fleet/fleet_rows.h"
#include "fleet/fleet_table.h"
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
    return status == EXIT_CODE_CANNOT ? fleet_database_exit(database, status) : status;
}

struct run {
    char number[16];
    char whose[256];   // its name, and when it was begun
    char verdicts[24]; // lines and failures that it has now
    bool local;        // its lines are on its machines
};

// 0, or -1 after telling.
static int find_run(struct fleet_database *database, const char *name, struct run *run) {
    const char *const values[] = {name};
    struct fleet_answer *answer =
        fleet_database_ask(database,
                           "SELECT run, 'run ' || name || ', begun ' || to_char(r.at AT TIME ZONE 'UTC', "
                           "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), "
                           "coalesce(settings ->> 'fleet-keep' = 'local', false), "
                           "(SELECT coalesce(sum(lines), 0) FROM ration.batch b WHERE b.run = r.run) "
                           "+ (SELECT count(*) FROM ration.failure f WHERE f.run = r.run) "
                           "FROM ration.run r WHERE run = ration.run_named($1)",
                           1, values);
    if (answer == NULL) {
        return -1;
    }
    keep(run->number, sizeof(run->number), answer, 0, 0);
    keep(run->whose, sizeof(run->whose), answer, 0, 1);
    keep(run->verdicts, sizeof(run->verdicts), answer, 0, 3);
    run->local = fleet_answer_text(answer, 0, 2)[0] == 't';
    fleet_answer_free(answer);
    return 0;
}

// So that `drop` need not ask. What an older version made may be no more than brought up.
static void note_export(struct fleet_database *database, const struct run *run) {
    struct fleet_answer *answer = fleet_database_ask(
        database, "SELECT to_regprocedure('ration.exported_1(int, bigint)') IS NOT NULL", 0, NULL);
    bool known = answer != NULL && fleet_answer_text(answer, 0, 0)[0] == 't';
    const char *const values[] = {run->number, run->verdicts};
    fleet_answer_free(answer);
    if (known) {
        fleet_answer_free(
            fleet_database_ask(database, "SELECT ration.exported_1($1::int, $2::bigint)", 2, values));
    }
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

// true: nothing is.
static bool tell_missing(const struct fleet_files *files, int *status) {
    uint64_t missing = fleet_files_missing(files);
    if (missing == 0) {
        return true;
    }
    fleet_tell("incomplete: %" PRIu64
               " lines are missing; where a machine's disk is gone for good, ration fleet "
               "lost has them asked again",
               missing);
    *status = *status == EXIT_CODE_ALL_DONE ? EXIT_CODE_SOME_FAILED : *status;
    return false;
}

int fleet_export(struct fleet_database *database, const struct fleet_words *words) {
    struct run run;
    struct fleet_files *files = NULL;
    if (find_run(database, words->name, &run) != 0) {
        return fleet_database_exit(database, EXIT_CODE_CANNOT);
    }
    if (run.local && words->from[0] == NULL) {
        fleet_files_wanted(database, run.number);
        return EXIT_CODE_WRONG;
    }
    if (!run.local && words->from[0] != NULL) {
        fleet_tell("the lines of this run are in the database; leave out --from");
        return EXIT_CODE_WRONG;
    }
    if (run.local &&
        (overwrites(words) || (files = fleet_files_open(database, run.number, words->from)) == NULL)) {
        return fleet_database_exit(database, EXIT_CODE_WRONG);
    }
    int status = words->table != NULL ? fleet_table(database, run.number, run.whose, files, words->table)
                                      : to_file(database, run.number, files, words);
    bool all = status <= EXIT_CODE_SOME_FAILED;
    if (all && (files == NULL || tell_missing(files, &status))) {
        note_export(database, &run);
    }
    fleet_files_close(files);
    return status;
}
