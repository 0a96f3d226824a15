// The table of options, private to options.c and options_table.c.
#ifndef RATION_OPTIONS_TABLE_H
#define RATION_OPTIONS_TABLE_H

#include <stddef.h>
#include <stdint.h>

// SECONDS may have a fraction and is kept as nanoseconds; INTERVAL also takes "always" (0) and "never" (CLOCK_NEVER).
enum options_kind {
    OPTIONS_TEXT,
    OPTIONS_COUNT,
    OPTIONS_SECONDS,
    OPTIONS_INTERVAL,
    OPTIONS_FLAG,
    OPTIONS_CHOICE
};

struct options_row {
    const char *name; // without "--"; the environment variable is RATION_ and this in capitals
    enum options_kind kind;
    size_t offset;        // in struct options
    const char *initial;  // default as a user would write it, or NULL
    uint64_t least, most; // COUNT; SECONDS in whole seconds
    const char *value;    // how --help calls it; CHOICE: the words, "auto|csv|jsonl" are 0, 1, 2
    const char *help;
};

extern const struct options_row options_rows[];
extern const size_t options_row_count;

#endif
