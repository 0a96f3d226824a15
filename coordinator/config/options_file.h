// The file of --config: options of `ration run`, one `key = value` a line, the key as in the long option.
// What may be repeated stands in as many lines. A flag may stand alone. A # at the beginning of a line, or
// behind a blank, begins a comment; a value between quotes is taken as it stands.
#ifndef RATION_OPTIONS_FILE_H
#define RATION_OPTIONS_FILE_H

#include "config/options.h"
#include "config/options_table.h"

#include <stdbool.h>

// What one line says, in the line itself.
struct options_file_line {
    const char *key;   // NULL: it says nothing
    const char *value; // NULL: the key stands alone
    bool commented;    // the value is empty, since a # stands where it would begin
};

// Pure. `text` is cut into its parts. 0, or -1 with what is wrong in `problem`.
int options_file_line(char *text, struct options_file_line *line, char problem[OPTIONS_PROBLEM_SIZE]);

// Reads and stores all; options->in_file has the lines. 0, or -1 after telling on stderr, as file:line, all
// that is wrong. The texts are kept until the next call.
int options_file_take(const char *path, struct options *options);

#endif
