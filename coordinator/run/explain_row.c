#include "run/explain_row.h"

#include "export/export_files.h"
#include "export/export_tell.h"
#include "export/result_usual.h"
#include "run/explain_print.h"
#include "run/explain_words.h"
#include "system/exit_code.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct search {
    const char *id;
    struct result_usual usual;
    struct result_walk_room room;
    bool found;
};

// The member as text in the room of *search; NULL: it is not there, is null, or there is no memory.
static const char *member(struct search *search, const struct result_walk *walk, const char *name,
                          size_t *length) {
    struct json_piece value;
    if (!json_scan_find(&walk->object, name, &value) || value.text[0] == 'n') {
        return NULL;
    }
    return result_walk_text(&value, &search->room, length);
}

static void print_member(struct search *search, const struct result_walk *walk, const char *name,
                         const char *begin) {
    size_t length;
    const char *text = member(search, walk, name, &length);
    if (text != NULL) {
        explain_print_text(begin, text, length, 2);
    }
}

// What is ours: a code of the API's own is the API's to explain.
static void print_meaning(struct search *search, const struct result_walk *walk, const char *name,
                          const char *kind) {
    struct explain_word word = {0};
    char begin[32];
    size_t length = 0;
    const char *text = member(search, walk, name, &length);
    if (text != NULL && explain_words_find(kind, text, length, &word)) {
        (void)snprintf(begin, sizeof(begin), "%s means: ", name);
        explain_print(begin, word.means);
        explain_print("do: ", word.advice);
    }
}

static void print_unproven(const struct result_walk *walk) {
    static const char name[] = "unproven";
    struct explain_word word = {0};
    struct json_piece value;
    if (json_scan_find(&walk->object, name, &value) && value.text[0] == 't' &&
        explain_words_find("other", name, sizeof(name) - 1, &word)) {
        explain_print("unproven: ", word.means);
    }
}

static void print_head(const char *id, const char *state) {
    explain_print_text(id, state, strlen(state), 0);
}

static void print_failure(struct search *search, const struct result_walk *walk) {
    print_head(search->id, ": failed");
    print_member(search, walk, "class", "class: ");
    print_member(search, walk, "status", "status: ");
    print_member(search, walk, "code", "code: ");
    print_member(search, walk, "message", "message: ");
    print_member(search, walk, "attempts", "attempts: ");
    print_meaning(search, walk, "class", "failure class");
    print_meaning(search, walk, "code", "code");
    print_unproven(walk);
}

static void print_answer(struct search *search, const struct result_walk *walk) {
    print_head(search->id, ": answered");
    print_member(search, walk, "finish_reason", "ended by: ");
    print_member(search, walk, "invalid", "kept though it is not what was asked for: ");
    print_member(search, walk, "created", "when: ");
    explain_print("do: ", "nothing; ration show OUTPUT ID shows it");
}

// Ends at the row's line: an answer stands before a failure, and counts.
static int take_line(void *context, const struct result_source_line *line) {
    struct search *search = context;
    struct result_walk walk;
    size_t length;
    if (!result_usual_begin(&search->usual, line->text, line->length, &walk)) {
        return result_usual_starved(&search->usual) ? ENOMEM : 0;
    }
    const char *id = result_walk_text(&walk.id, &search->room, &length);
    if (id == NULL) {
        return ENOMEM;
    }
    if (length != strlen(search->id) || memcmp(id, search->id, length) != 0) {
        return 0;
    }
    search->found = true;
    if (line->file == RESULT_SOURCE_ANSWERS) {
        print_answer(search, &walk);
    } else {
        print_failure(search, &walk);
    }
    return ECANCELED;
}

// No line has it: it may be a row of the input all the same.
static int look_in_input(const struct export_files *files, const char *id) {
    struct record record;
    int status = 0;
    while (files->input != NULL && (status = export_input_next(files->input, &record)) > 0) {
        if (record.id.length == strlen(id) && memcmp(record.id.text, id, record.id.length) == 0) {
            print_head(id, ": open");
            explain_print("means: ", "it has neither an answer nor a failure yet: it waits, is under way, or "
                                     "the run ended before it");
            explain_print("do: ", "ration status says whether the run is at work; if not, --resume");
            return EXIT_CODE_ALL_DONE;
        }
    }
    if (status < 0) {
        return EXIT_CODE_WRONG;
    }
    export_tell("nothing is known of \"%s\"%s", id,
                files->input != NULL ? ""
                                     : "; whether it is in the input cannot be told, which is not there");
    return EXIT_CODE_SOME_FAILED;
}

static int search_files(const struct export_files *files, struct search *search) {
    enum result_source_file failed = RESULT_SOURCE_ANSWERS;
    int error = result_source_each(&files->source, take_line, search, &failed);
    if (search->found) {
        return EXIT_CODE_ALL_DONE;
    }
    if (error != 0) {
        export_tell("%s: %s", files->source.name[failed], strerror(error));
        return EXIT_CODE_WRONG;
    }
    return look_in_input(files, search->id);
}

int explain_row(const char *output, const char *id) {
    const struct export_files_words words = {.output = output};
    struct export_files files = {.source.fd = {-1, -1}};
    struct search search = {.id = id};
    export_tell_as("explain");
    int status = EXIT_CODE_WRONG;
    if (export_files_open(&files, &words) == 0) {
        status = search_files(&files, &search);
    }
    export_files_close(&files);
    result_usual_free(&search.usual);
    free(search.room.text);
    return status;
}
