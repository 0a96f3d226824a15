/* The table of options. */
#ifndef SIMAPI_OPTIONS_ROWS_H
#define SIMAPI_OPTIONS_ROWS_H

#include "sim_options.h"

#include <stddef.h>

enum option_kind {
    OPTION_NUMBER,
    OPTION_SECONDS, /* into nanoseconds */
    OPTION_SHARE,
    OPTION_STRING,
    OPTION_ON,
    OPTION_OFF,
    OPTION_CHOICE, /* argument lists the words; the first is 1 */
    OPTION_LOGNORMAL,
    OPTION_HOSTILE,
    OPTION_CHANGE,
    OPTION_PRICE
};

struct option_row {
    const char *name, *argument, *help; /* argument NULL: takes none; help NULL: a heading */
    enum option_kind kind;
    size_t offset;        /* in struct options */
    uint64_t least, most; /* of a number; seconds: of the nanoseconds */
};

extern const struct option_row sim_options_rows[];
extern const size_t sim_options_rows_count;

#endif
