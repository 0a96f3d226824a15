#include "export/show_asked.h"

#include "config/options.h"
#include "export/export_tell.h"
#include "output/last_run_file.h"
#include "output/last_run_words.h"
#include "plan/show_request.h"
#include "system/exit_code.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct asked {
    struct last_run last;
    char room[LAST_RUN_COMMAND];
    char *words[LAST_RUN_WORDS + 1];
    int count;
    char *input; // that was named instead of the run's own; absolute
};

static int read_run(const struct show_options *given, struct asked *asked) {
    if (last_run_file_read(given->files.output, &asked->last) != 0) {
        export_tell("%s: there is no record of its run; say ration run … --show-request ID, with its options",
                    given->files.output);
        return -1;
    }
    asked->count = last_run_words(asked->last.command, asked->room, asked->words);
    if (asked->count < 0) {
        export_tell("%s: the record of its run has no command; say ration run … --show-request ID, with its "
                    "options",
                    given->files.output);
        return -1;
    }
    if (given->files.input != NULL && (asked->input = realpath(given->files.input, NULL)) == NULL) {
        export_tell("--input %s: %s", given->files.input, strerror(errno));
        return -1;
    }
    if (chdir(asked->last.folder) != 0) { // the names of its files are relative to it
        export_tell("%s, where the run was begun: %s", asked->last.folder, strerror(errno));
        return -1;
    }
    return 0;
}

static int show_row(const struct show_options *given, struct asked *asked) {
    struct options options;
    if (read_run(given, asked) != 0 || options_parse(asked->count, asked->words, &options) != 0) {
        return EXIT_CODE_WRONG;
    }
    options.input = asked->input != NULL ? asked->input : options.input;
    if (options.input != NULL && strcmp(options.input, "-") == 0) {
        export_tell("the run was given its input on standard input; name it with --input FILE");
        return EXIT_CODE_WRONG;
    }
    options.id = given->files.id != NULL ? given->files.id : options.id;
    options.delimiter = given->files.delimiter != NULL ? given->files.delimiter : options.delimiter;
    options.encoding = given->files.encoding != NULL ? given->files.encoding : options.encoding;
    options.limit = 0; // the row may be any
    options.sample = false;
    options.show_request = given->ids[0];
    return show_request(&options);
}

int show_asked(const struct show_options *options) {
    struct asked *asked = calloc(1, sizeof(*asked));
    if (asked == NULL) {
        export_tell("out of memory");
        return EXIT_CODE_WRONG;
    }
    int result = show_row(options, asked);
    free(asked->input);
    free(asked);
    return result;
}
