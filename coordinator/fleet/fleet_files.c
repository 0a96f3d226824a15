#include "fleet/fleet_files.h"

#include "fleet/fleet_tell.h"
#include "ration/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NONE SIZE_MAX

struct machine {
    char *member, *host, *output;
    size_t file; // of which the first or the last batch is; NONE: none is
    uint64_t lines, bytes, missing;
    uint64_t first; // where what is missing first begins
};

struct fleet_files {
    struct digest *digest;
    size_t files, machines;
    const char *const *path;
    int *fd;
    struct machine *machine; // by member, ascending
};

static bool copy(char **out, const char *text) {
    *out = strdup(text);
    return *out != NULL;
}

// 1: they are what was handed in; 0: they are not; -1 after telling.
static int read_from(const struct fleet_files *files, size_t file, const struct fleet_place *place,
                     struct text *out) {
    int error = fleet_place_read(files->fd[file], place, files->digest, out);
    if (error != 0 && error != ESTALE) {
        fleet_tell("--from %s: %s", files->path[file], strerror(error));
        return -1;
    }
    return error == 0;
}

// ---- whose file is which ----

static struct machine *find(const struct fleet_files *files, const char *member) {
    size_t low = 0, high = files->machines;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(files->machine[middle].member, member);
        if (order == 0) {
            return &files->machine[middle];
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return NULL;
}

int fleet_files_read(struct fleet_files *files, const struct fleet_place *place, struct text *out) {
    struct machine *machine = find(files, place->member);
    int found = 0;
    if (machine != NULL && machine->file != NONE) {
        found = read_from(files, machine->file, place, out);
        // A copy of it may have what this one has not.
        for (size_t file = 0; found == 0 && file < files->files; file++) {
            found = file != machine->file ? read_from(files, file, place, out) : 0;
        }
    }
    if (found == 0) {
        text_clear(out);
        if (machine != NULL) {
            machine->first = machine->missing == 0 ? fleet_place_begin(place) : machine->first;
            machine->missing += place->lines;
        }
    }
    return found;
}

// The first batch of a machine, or its last, which one of the files has. 0, or -1 after telling.
static int match(struct fleet_files *files, struct machine *machine, const struct fleet_place *place) {
    struct text text = {0};
    int found = 0;
    for (size_t file = 0; found == 0 && file < files->files && machine->file == NONE; file++) {
        found = read_from(files, file, place, &text);
        machine->file = found > 0 ? file : NONE;
    }
    text_free(&text);
    return found < 0 ? -1 : 0;
}

#define BATCH "member, spool_from, spool_to, coalesce(pieces::text, ''), encode(sum, 'hex'), lines"

static int match_all(struct fleet_files *files, struct fleet_database *database, const char *run,
                     const char *sql) {
    const char *const values[] = {run};
    struct fleet_answer *answer = fleet_database_ask(database, sql, 1, values);
    int status = answer != NULL ? 0 : -1;
    for (size_t i = 0; status == 0 && i < fleet_answer_rows(answer); i++) {
        const struct fleet_place place = {fleet_answer_text(answer, i, 0), fleet_answer_text(answer, i, 1),
                                          fleet_answer_text(answer, i, 2), fleet_answer_text(answer, i, 3),
                                          fleet_answer_text(answer, i, 4), 0};
        struct machine *machine = find(files, place.member);
        status = machine != NULL && machine->file == NONE ? match(files, machine, &place) : 0;
    }
    fleet_answer_free(answer);
    return status;
}

static int take_machines(struct fleet_files *files, const struct fleet_answer *answer) {
    size_t rows = fleet_answer_rows(answer);
    files->machine = calloc(rows + 1, sizeof(*files->machine));
    for (size_t i = 0; files->machine != NULL && i < rows; i++) {
        struct machine *one = &files->machine[files->machines++];
        one->file = NONE;
        one->lines = strtoull(fleet_answer_text(answer, i, 3), NULL, 10);
        one->bytes = strtoull(fleet_answer_text(answer, i, 4), NULL, 10);
        if (!copy(&one->member, fleet_answer_text(answer, i, 0)) ||
            !copy(&one->host, fleet_answer_text(answer, i, 1)) ||
            !copy(&one->output, fleet_answer_text(answer, i, 2))) {
            return -1;
        }
    }
    return files->machine != NULL ? 0 : -1;
}

static struct fleet_answer *ask_machines(struct fleet_database *database, const char *run) {
    const char *const values[] = {run};
    return fleet_database_ask(database,
                              "SELECT o_member, o_host, o_output, o_lines, o_bytes "
                              "FROM ration.lines_1($1::int) ORDER BY o_member::text COLLATE \"C\"",
                              1, values);
}

static int open_paths(struct fleet_files *files, const char *const *path) {
    size_t count = 0;
    while (path[count] != NULL) {
        count++;
    }
    files->path = path;
    files->fd = calloc(count + 1, sizeof(*files->fd));
    files->digest = digest_new();
    if (files->fd == NULL || files->digest == NULL) {
        fleet_tell("out of memory");
        return -1;
    }
    for (; files->files < count; files->files++) {
        int fd = open(path[files->files], O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
            fleet_tell("--from %s: %s", path[files->files], strerror(errno));
            return -1;
        }
        files->fd[files->files] = fd;
    }
    return 0;
}

struct fleet_files *fleet_files_open(struct fleet_database *database, const char *run,
                                     const char *const *path) {
    struct fleet_files *files = calloc(1, sizeof(*files));
    if (files == NULL) {
        fleet_tell("out of memory");
        return NULL;
    }
    struct fleet_answer *answer = open_paths(files, path) == 0 ? ask_machines(database, run) : NULL;
    int status = answer != NULL ? take_machines(files, answer) : -1;
    if (answer != NULL && status != 0) {
        fleet_tell("out of memory");
    }
    fleet_answer_free(answer);
    if (status != 0 ||
        match_all(files, database, run,
                  "SELECT DISTINCT ON (member) " BATCH " FROM ration.batch WHERE run = $1::int AND "
                  "body IS NULL ORDER BY member, spool_from") != 0 ||
        match_all(files, database, run,
                  "SELECT DISTINCT ON (member) " BATCH " FROM ration.batch WHERE run = $1::int AND "
                  "body IS NULL ORDER BY member, spool_from DESC") != 0) {
        fleet_files_close(files);
        return NULL;
    }
    return files;
}

void fleet_files_close(struct fleet_files *files) {
    if (files == NULL) {
        return;
    }
    for (size_t i = 0; i < files->files; i++) {
        (void)close(files->fd[i]);
    }
    for (size_t i = 0; i < files->machines; i++) {
        free(files->machine[i].member);
        free(files->machine[i].host);
        free(files->machine[i].output);
    }
    digest_free(files->digest);
    free(files->machine);
    free(files->fd);
    free(files);
}

// ---- what is told ----

uint64_t fleet_files_missing(const struct fleet_files *files) {
    uint64_t all = 0;
    for (size_t i = 0; i < files->machines; i++) {
        const struct machine *one = &files->machine[i];
        all += one->missing;
        if (one->missing > 0 && one->file == NONE) {
            fleet_tell("%s:%s, member %.8s: its %" PRIu64
                       " lines are in none of the files that --from names, "
                       "as they were handed in",
                       one->host, one->output, one->member, one->missing);
        } else if (one->missing > 0) {
            fleet_tell("%s is the output of %s:%s, member %.8s, but %" PRIu64 " of its %" PRIu64
                       " lines, from byte %" PRIu64
                       " on, are not there as they were handed in: it was cut or "
                       "changed; copy it again",
                       files->path[one->file], one->host, one->output, one->member, one->missing, one->lines,
                       one->first);
        }
    }
    return all;
}

void fleet_files_wanted(struct fleet_database *database, const char *run) {
    struct fleet_answer *answer = ask_machines(database, run);
    if (answer == NULL) {
        return;
    }
    fleet_tell("the lines of this run are on its machines (--fleet-keep local): copy their outputs together, "
               "and name them by --from FILE…");
    for (size_t i = 0; i < fleet_answer_rows(answer); i++) {
        fleet_tell("%s:%s has %s lines, %s bytes, as member %.8s", fleet_answer_text(answer, i, 1),
                   fleet_answer_text(answer, i, 2), fleet_answer_text(answer, i, 3),
                   fleet_answer_text(answer, i, 4), fleet_answer_text(answer, i, 0));
    }
    fleet_answer_free(answer);
}
