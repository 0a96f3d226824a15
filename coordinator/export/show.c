#include "export/show.h"

#include "export/export_tell.h"
#include "export/result_usual.h"
#include "export/show_asked.h"
#include "export/show_options.h"
#include "export/show_row.h"
#include "export/show_select.h"
#include "system/exit_code.h"
#include "system/signals.h"
#include "view/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct show {
    struct show_options options;
    struct export_files files;
    struct row_join *join;
    struct show_row_how how;
    struct result_walk_room line;
    struct result_usual usual;
    struct text text;
    unsigned unknown; // ids of which nothing is known
};

static int fail(int error) {
    export_tell("%s", strerror(error));
    return -1;
}

// Rows are found by the ids of the lines: their places are all that is kept of them.
static int join_input(struct show *show) {
    struct record record;
    int status = 0;
    while (show->files.input != NULL && (status = export_input_next(show->files.input, &record)) > 0) {
        const struct row_join_row place = {record.offset, record.line};
        int error = row_join_add_row(show->join, record.id.text, record.id.length, &place);
        if (error != 0) {
            return fail(error);
        }
    }
    if (status < 0) {
        return -1;
    }
    int error = row_join_make(show->join);
    return error != 0 ? fail(error) : 0;
}

// 1: *record; 0: there is none.
static int take_record(struct show *show, uint32_t line, struct record *record) {
    uint32_t row;
    struct row_join_row place;
    int error = row_join_row_of(show->join, line, &row);
    if (error == 0 && row == ROW_JOIN_NONE) {
        return 0;
    }
    error = error != 0 ? error : row_join_row(show->join, row, &place);
    if (error != 0) {
        return fail(error);
    }
    export_input_seek(show->files.input, place.offset, place.line);
    return export_input_next(show->files.input, record);
}

static int print(struct show *show) {
    if (show->text.failed) {
        return fail(ENOMEM);
    }
    return fwrite(show->text.bytes, 1, show->text.length, stdout) == show->text.length ? 0 : fail(errno);
}

static int show_one(struct show *show, const struct record *record, const struct result_walk *walk,
                    bool failed, const char *asked) {
    struct export_row row = {.record = record, .walk = walk};
    struct result_walk_room id = {0};
    row.state = walk == NULL ? EXPORT_OPEN : failed ? EXPORT_FAILED : EXPORT_DONE;
    if (walk != NULL) {
        row.id.text = result_walk_text(&walk->id, &id, &row.id.length);
    } else {
        row.id = (struct json_piece){asked, strlen(asked)};
    }
    text_clear(&show->text);
    if (row.id.text != NULL) {
        show_row_put(&show->text, &row, &show->how);
    }
    int status = row.id.text == NULL ? fail(ENOMEM) : print(show);
    free(id.text);
    return status;
}

static int show_line(struct show *show, uint32_t number) {
    struct row_join_line line;
    struct record record;
    struct result_walk walk;
    const char *asked = show->options.what == SHOW_IDS ? show->options.ids[number] : "";
    int error = row_join_line(show->join, number, &line);
    if (error != 0) {
        return fail(error);
    }
    int found = take_record(show, number, &record);
    if (found < 0) {
        return -1;
    }
    if (line.length == 0) {
        if (found == 0) {
            export_tell("nothing is known of \"%s\"", asked);
            show->unknown++;
            return 0;
        }
        return show_one(show, &record, NULL, false, asked);
    }
    error =
        result_source_read(&show->files.source, line.failed ? RESULT_SOURCE_ERRORS : RESULT_SOURCE_ANSWERS,
                           line.offset, line.length, &show->line);
    if (error != 0 || !result_usual_begin(&show->usual, show->line.text, line.length, &walk)) {
        if (error == ENOMEM || (error == 0 && result_usual_starved(&show->usual))) {
            return fail(ENOMEM);
        }
        export_tell("the output was changed while it was read; try again");
        return -1;
    }
    return show_one(show, found > 0 ? &record : NULL, &walk, line.failed, asked);
}

static int make(struct show *show) {
    struct terminal terminal;
    terminal_look(STDOUT_FILENO, &terminal);
    show->how = (struct show_row_how){terminal.is ? terminal.width : 0, terminal.colours};
    if (export_files_open(&show->files, &show->options.files) != 0) {
        return -1;
    }
    show->join = row_join_new();
    if (show->join == NULL) {
        return fail(errno);
    }
    if (show_select(&show->options, &show->files.source, show->join) != 0 || join_input(show) != 0) {
        return -1;
    }
    for (uint32_t i = 0; i < row_join_lines(show->join); i++) {
        if (signals_caught() || show_line(show, i) != 0) {
            return -1;
        }
    }
    return 0;
}

int show_command(int count, char **words) {
    struct show show = {.files.source.fd = {-1, -1}};
    export_tell_as("show");
    if (show_options_parse(count, words, &show.options) != 0) {
        return EXIT_CODE_WRONG;
    }
    if (show.options.help) {
        show_options_help();
        return EXIT_CODE_ALL_DONE;
    }
    if (show.options.request) {
        return show_asked(&show.options);
    }
    signals_catch();
    int result = make(&show);
    row_join_free(show.join);
    export_files_close(&show.files);
    free(show.line.text);
    result_usual_free(&show.usual);
    text_free(&show.text);
    return signals_caught() ? EXIT_CODE_STOPPED
           : result != 0    ? EXIT_CODE_WRONG
           : show.unknown   ? EXIT_CODE_SOME_FAILED
                            : EXIT_CODE_ALL_DONE;
}
