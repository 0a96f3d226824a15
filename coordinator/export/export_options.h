// The words behind `ration export`.
#ifndef RATION_EXPORT_OPTIONS_H
#define RATION_EXPORT_OPTIONS_H

#include "export/export_files.h"
#include "export/export_writer.h"

#include <stdbool.h>

enum export_order { EXPORT_ORDER_USUAL, EXPORT_ORDER_INPUT, EXPORT_ORDER_ID, EXPORT_ORDER_ARRIVAL };

struct export_options {
    struct export_files_words files;
    const char *to, *columns;
    enum export_format format;
    enum export_order order;
    bool flatten;
    bool help;
};

// 0, or -1 after telling. words[0] is the command, NULL ends them.
int export_options_parse(int count, char **words, struct export_options *options);
void export_options_help(void);

#endif
