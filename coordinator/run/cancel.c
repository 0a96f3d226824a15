#include "run/cancel.h"

#include "config/options.h"
#include "control/client.h"
#include "control/last_runs.h"
#include "output/batch_parts.h"
#include "output/batch_watch.h"
#include "output/last_run_file.h"
#include "output/last_run_words.h"
#include "run/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWN_WORDS 8U
#define MORE_WORDS 64U

// The command that is begun again.
struct again {
    char room[LAST_RUN_COMMAND];
    char *last[LAST_RUN_WORDS + 1];
    char *word[LAST_RUN_WORDS + MORE_WORDS + OWN_WORDS + 1];
    int count;
};

// A value that the record does not hold, since it may be a secret: the word before it is its option.
static bool is_left_out(const char *word) {
    return strcmp(word, "NAME: VALUE") == 0 || strcmp(word, "NAME=VALUE") == 0;
}

static bool is_given(const char *option, char *const *more) {
    for (; *more != NULL; more++) {
        if (strncmp(*more, option, strlen(option)) == 0 && strchr("=", (*more)[strlen(option)]) != NULL) {
            return true;
        }
    }
    return false;
}

static void add(struct again *again, const char *word) {
    again->word[again->count++] = (char *)(uintptr_t)word; // options are only read
}

// 0, or -1 after telling.
static int add_last(struct again *again, const char *command, char *const *more) {
    int words = last_run_words(command, again->room, again->last);
    if (words < 1) {
        (void)fputs("ration: the command of its last run is not known; give it again: ration run … --batch "
                    "--resume --cancel\n",
                    stderr);
        return -1;
    }
    for (int i = 0; i < words; i++) {
        const char *word = again->last[i];
        if (i + 1 < words && is_left_out(again->last[i + 1])) {
            if (!is_given(word, more)) {
                (void)fprintf(stderr,
                              "ration: its last run had a %s whose value is not recorded; give it behind the "
                              "output, as in ration cancel OUTPUT %s …\n",
                              word, word);
                return -1;
            }
            i++;
        } else {
            add(again, word);
        }
    }
    return 0;
}

// 0, or -1 after telling.
static int make(struct again *again, const struct last_runs_one *one, char *const *more) {
    if (strcmp(one->run.input, "-") == 0) {
        (void)fprintf(
            stderr,
            "ration: its input came by standard input, which is read again: … | %s --batch --cancel\n",
            one->run.command);
        return -1;
    }
    if (add_last(again, one->run.command, more) != 0) {
        return -1;
    }
    for (size_t i = 0; more[i] != NULL; i++) {
        if (i == MORE_WORDS) {
            (void)fputs("ration: too many options\n", stderr);
            return -1;
        }
        add(again, more[i]);
    }
    if (strcmp(one->output, one->run.output) != 0) { // it was moved
        add(again, "--output");
        add(again, one->output);
    }
    if (!is_given("--batch", again->last)) { // by the environment, then
        add(again, "--batch");
    }
    add(again, "--resume");
    add(again, "--cancel");
    return 0;
}

// Its words are obeyed: nobody else may have written it.
static bool is_own(const char *output) {
    struct stat status;
    char *path = last_run_file_path(output);
    bool own = path != NULL && lstat(path, &status) == 0 && status.st_uid == geteuid() &&
               (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
    free(path);
    return own;
}

// What stands in the record is done in its folder, with its files, as its user.
static int begin(struct again *again, const struct last_runs_one *one, char *const *more) {
    struct options options;
    struct batch_parts_left left;
    if (!is_own(one->output)) {
        (void)fputs("ration: the record of its last run is another user's, or others may write to it; give "
                    "its command again: ration run … --batch --resume --cancel\n",
                    stderr);
        return CLIENT_NO_RUN;
    }
    if (make(again, one, more) != 0) {
        return CLIENT_NO_RUN;
    }
    if (one->run.folder[0] != '\0' && chdir(one->run.folder) != 0) {
        (void)fprintf(stderr, "ration: %s, where its last run was begun: %s\n", one->run.folder,
                      strerror(errno));
        return CLIENT_NO_RUN;
    }
    if (options_parse(again->count, again->word, &options) != 0) {
        return CLIENT_NO_RUN;
    }
    int status = run(&options);
    return batch_parts_look(one->output, &left) == 0 && left.parts == 0 ? CLIENT_DONE : status;
}

static int cancel_of(const struct last_runs_one *one, char *const *more) {
    struct batch_list list;
    struct again *again;
    batch_watch_once(one->output, false, &list);
    if (list.parts == 0) {
        (void)printf("nothing of %s is with a batch API\n", one->output);
        return CLIENT_DONE;
    }
    if (last_run_file_state(one->output, &one->run) == LAST_RUN_AT_WORK) {
        (void)fprintf(stderr, "ration: a run is at work on %s; it is not told where this command looks\n",
                      one->output);
        return CLIENT_FAILED;
    }
    again = calloc(1, sizeof(*again));
    if (again == NULL) {
        (void)fputs("ration: out of memory\n", stderr);
        return CLIENT_FAILED;
    }
    int status = begin(again, one, more);
    free(again);
    return status;
}

int cancel_parts(const char *name, char *const *more) {
    struct last_runs runs;
    if (name == NULL) {
        (void)fputs("ration: no run is at work; name the output whose parts are to be cancelled\n", stderr);
        return CLIENT_NO_RUN;
    }
    if (last_runs_find(name, &runs) != 0) {
        (void)fputs("ration: out of memory\n", stderr);
        return CLIENT_FAILED;
    }
    int status = CLIENT_NO_RUN;
    if (runs.count == 0) {
        (void)fprintf(stderr,
                      "ration: no run of %s is known; give its command again: ration run … --batch "
                      "--resume --cancel\n",
                      name);
    } else {
        status = cancel_of(&runs.one[0], more);
    }
    last_runs_free(&runs);
    return status;
}
