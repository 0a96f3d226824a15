// The words behind `ration show`.
#ifndef RATION_SHOW_OPTIONS_H
#define RATION_SHOW_OPTIONS_H

#include "export/export_files.h"

#include <stdbool.h>
#include <stdint.h>

#define SHOW_MOST 100000U // of --last and --sample

enum show_what { SHOW_LAST, SHOW_SAMPLE, SHOW_FAILED, SHOW_IDS };

struct show_options {
    struct export_files_words files;
    enum show_what what;
    uint64_t number;
    char *const *ids; // SHOW_IDS: they end with NULL
    bool request;     // what would be sent for the one id
    bool help;
};

// 0, or -1 after telling.
int show_options_parse(int count, char **words, struct show_options *options);
void show_options_help(void);

#endif
