// What an output is read with: the record of its run, its two files, its input.
#ifndef RATION_EXPORT_FILES_H
#define RATION_EXPORT_FILES_H

#include "config/options.h"
#include "export/export_input.h"
#include "export/result_source.h"
#include "output/last_run.h"

#include <stdbool.h>

struct export_files_words {
    const char *output, *errors, *input; // NULL but for the output: as the run had it
    enum options_format input_format;
    bool without_input;
    const char *id, *delimiter, *encoding; // of the input, see export_input.h
};

struct export_files {
    struct last_run *last; // NULL: nothing is known of the run
    struct result_source source;
    struct export_input *input; // NULL: none
    char *key;                  // what the lines call the id; the input's shape points to it
};

// 0, or -1 after telling. export_files_close() in both cases. An input that nobody named and that is not
// known is none.
int export_files_open(struct export_files *files, const struct export_files_words *words);
void export_files_close(struct export_files *files);

#endif
