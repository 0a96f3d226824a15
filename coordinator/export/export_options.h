// The words behind `ration export`.
#ifndef RATION_EXPORT_OPTIONS_H
#define RATION_EXPORT_OPTIONS_H

#include "config/options.h"
#include "export/export_writer.h"

#include <stdbool.h>

enum export_order { EXPORT_ORDER_USUAL, EXPORT_ORDER_INPUT, EXPORT_ORDER_ID, EXPORT_ORDER_ARRIVAL };

struct export_options {
    const char *output, *errors, *input, *to, *columns;
    enum options_format input_format;
    enum export_format format;
    enum export_order order;
    const char *id, *delimiter, *encoding; // of the input
    bool flatten, without_input;
    bool help;
};

// 0, or -1 after telling. words[0] is the command, NULL ends them.
int export_options_parse(int count, char **words, struct export_options *options);
void export_options_help(void);

#endif
