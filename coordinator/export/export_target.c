#include "export/export_target.h"

#include "export/export_tell.h"
#include "output/batch_parts.h"
#include "output/last_run_file.h"
#include "output/last_run_words.h"
#include "output/output_name.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool same(const struct stat *status, const struct stat *other) {
    return other->st_dev == status->st_dev && other->st_ino == status->st_ino;
}

static bool is_file(const struct stat *status, const char *folder, const char *name) {
    char path[2 * PATH_MAX];
    struct stat other;
    if (name[0] == '\0' || snprintf(path, sizeof(path), "%s%s%s", name[0] == '/' ? "" : folder,
                                    name[0] == '/' ? "" : "/", name) >= (int)sizeof(path)) {
        return false;
    }
    return stat(path, &other) == 0 && same(status, &other);
}

// A word of the command line: FILE, --option=FILE, @FILE, path=@FILE.
static bool is_word(const struct stat *status, const char *folder, const char *word) {
    const char *equals = strchr(word, '='), *at = strchr(word, '@');
    return is_file(status, folder, word) || (equals != NULL && is_file(status, folder, equals + 1)) ||
           (at != NULL && is_file(status, folder, at + 1));
}

// What the command line names, or the environment named instead of it.
static bool is_used(const struct stat *status, const struct last_run *last) {
    const char *const files[] = {last->input,  last->log,       last->prompt,
                                 last->schema, last->providers, last->sessions};
    char *words[LAST_RUN_WORDS + 1], *room = malloc(LAST_RUN_COMMAND);
    int count = room != NULL ? last_run_words(last->command, room, words) : -1;
    bool used = false;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        used = used || (files[i][0] == '/' && is_file(status, "", files[i]));
    }
    for (int i = 0; i < count; i++) {
        used = used || is_word(status, last->folder, words[i]);
    }
    free(room);
    return used;
}

static bool is_open(const struct stat *status, int fd) {
    struct stat other;
    return fd >= 0 && fstat(fd, &other) == 0 && same(status, &other);
}

// Its record, or the journal of its parts, whether or not it is there now.
static bool is_beside(const char *path, const char *output) {
    char *beside[] = {last_run_file_path(output), batch_parts_path(output)};
    bool is = false;
    for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
        is = is || (beside[i] != NULL && output_name_same(path, beside[i]));
        free(beside[i]);
    }
    return is;
}

int export_target_check(const char *path, const struct export_files *files) {
    const struct result_source *source = &files->source;
    const char *output = source->name[RESULT_SOURCE_ANSWERS];
    struct stat status;
    const char *what = NULL;
    if (strcmp(path, "-") == 0) {
        return 0;
    }
    bool there = stat(path, &status) == 0;
    if (there && S_ISDIR(status.st_mode)) {
        what = "is a directory";
    } else if (output_name_same(path, output) || output_name_same(path, source->name[RESULT_SOURCE_ERRORS]) ||
               is_beside(path, output)) {
        what = "is a file of the run itself";
    } else if (there && files->input != NULL && is_open(&status, export_input_fd(files->input))) {
        what = "is the input";
    } else if (there && files->last != NULL && is_used(&status, files->last)) {
        what = "is a file that the run was begun with";
    }
    if (what != NULL) {
        export_tell("--to %s: %s; name another file", path, what);
    }
    return what == NULL ? 0 : -1;
}
