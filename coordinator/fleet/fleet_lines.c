#include "fleet/fleet_lines.h"

#include "fleet/fleet_tell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A position in the rows of a run, which are read in the order of their key: nothing can come before it.
struct cursor {
    char first[64], second[32];
};

static void keep(char *out, size_t size, const struct fleet_answer *answer, size_t row, size_t column) {
    (void)snprintf(out, size, "%s", fleet_answer_text(answer, row, column));
}

struct walk {
    struct fleet_files *files;
    fleet_lines_take *take;
    void *context;
    struct text text; // of a batch that is in a file
};

static int take_place(struct walk *walk, const struct fleet_answer *answer, size_t row) {
    const struct fleet_place place = {
        fleet_answer_text(answer, row, 0), fleet_answer_text(answer, row, 1),
        fleet_answer_text(answer, row, 3), fleet_answer_text(answer, row, 4),
        fleet_answer_text(answer, row, 5), strtoull(fleet_answer_text(answer, row, 6), NULL, 10),
    };
    int found = walk->files != NULL ? fleet_files_read(walk->files, &place, &walk->text) : 0;
    return found > 0 ? walk->take(walk->context, walk->text.bytes, walk->text.length) : found;
}

static int take_batch(struct walk *walk, const struct fleet_answer *answer, size_t row) {
    size_t length = 0;
    if (fleet_answer_null(answer, row, 2)) {
        return take_place(walk, answer, row);
    }
    unsigned char *body = fleet_answer_bytes(answer, row, 2, &length);
    if (body == NULL) {
        fleet_tell("out of memory");
        return -1;
    }
    int status = walk->take(walk->context, (const char *)body, length);
    fleet_answer_bytes_free(body);
    return status;
}

// One machine after another, each in the order in which it handed in. A batch is a second of a machine, some
// 0.1 to 2 MB.
int fleet_lines_answers(struct fleet_database *database, const char *run, struct fleet_files *files,
                        fleet_lines_take *take, void *context) {
    struct cursor at = {"00000000-0000-0000-0000-000000000000", "-9223372036854775808"};
    struct walk walk = {files, take, context, {0}};
    size_t rows = 1;
    int status = 0;
    while (rows > 0 && status == 0) {
        const char *const values[] = {run, at.first, at.second};
        struct fleet_answer *answer = fleet_database_ask(
            database,
            "SELECT member, spool_from, body, spool_to, coalesce(pieces::text, ''), encode(sum, 'hex'), "
            "lines "
            "FROM ration.batch WHERE run = $1::int AND (member, spool_from) > ($2::uuid, $3::bigint) "
            "ORDER BY member, spool_from LIMIT 16",
            3, values);
        rows = answer != NULL ? fleet_answer_rows(answer) : 0;
        status = answer != NULL ? 0 : -1;
        for (size_t i = 0; i < rows && status == 0; i++) {
            status = take_batch(&walk, answer, i);
        }
        if (rows > 0) {
            keep(at.first, sizeof(at.first), answer, rows - 1, 0);
            keep(at.second, sizeof(at.second), answer, rows - 1, 1);
        }
        fleet_answer_free(answer);
    }
    text_free(&walk.text);
    return status;
}

int fleet_lines_failures(struct fleet_database *database, const char *run, fleet_lines_take *take,
                         void *context) {
    struct cursor at = {"-1", ""};
    size_t rows = 1;
    int status = 0;
    while (rows > 0 && status == 0) {
        const char *const values[] = {run, at.first};
        struct fleet_answer *answer = fleet_database_ask(
            database,
            "SELECT artist, line FROM ration.failure WHERE run = $1::int AND artist > $2::bigint "
            "ORDER BY artist LIMIT 1000",
            2, values);
        rows = answer != NULL ? fleet_answer_rows(answer) : 0;
        status = answer != NULL ? 0 : -1;
        for (size_t i = 0; i < rows && status == 0; i++) {
            const char *line = fleet_answer_text(answer, i, 1);
            status = take(context, line, strcspn(line, "\n"));
            status = status == 0 ? take(context, "\n", 1) : status;
        }
        if (rows > 0) {
            keep(at.first, sizeof(at.first), answer, rows - 1, 0);
        }
        fleet_answer_free(answer);
    }
    return status;
}
