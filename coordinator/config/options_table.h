// The table of options.
#ifndef RATION_OPTIONS_TABLE_H
#define RATION_OPTIONS_TABLE_H

#include <stddef.h>
#include <stdint.h>

// SECONDS and HOURS may have a fraction and are kept as nanoseconds; INTERVAL also takes "always" (0) and
// "never" (CLOCK_NEVER). SHARE is a fraction like 0.8, kept in millionths. UNFLAG clears the flag at its
// place.
enum options_kind {
    OPTIONS_TEXT,
    OPTIONS_LIST, // of texts: the option may be given several times
    OPTIONS_COUNT,
    OPTIONS_SECONDS,
    OPTIONS_HOURS,
    OPTIONS_INTERVAL,
    OPTIONS_SHARE,
    OPTIONS_FLAG,
    OPTIONS_UNFLAG,
    OPTIONS_CHOICE,
    OPTIONS_CHECKED // a text with a form of its own, see `check`
};

#define OPTIONS_PROBLEM_SIZE 400

struct options_row {
    const char *name; // without "--"; the environment variable is RATION_ and this in capitals
    enum options_kind kind;
    size_t offset;        // in struct options
    const char *initial;  // default as a user would write it, or NULL
    uint64_t least, most; // COUNT; SECONDS and HOURS in whole ones; SHARE in millionths
    const char *value;    // how --help calls it; CHOICE: the words, "auto|csv|jsonl" are 0, 1, 2
    const char *help;
    // CHECKED: what the text says, into the member at `value`. 0, or -1 with what is wrong with it in
    // `problem`.
    int (*check)(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]);
};

extern const struct options_row options_rows[];
extern const size_t options_row_count;

// The row of the option with that name, without "--", or NULL.
const struct options_row *options_table_find(const char *name);

// Other environment variables, under the names that operators of such batches know; RATION_… wins over them.
// That of a CHOICE may also be yes (its first word) or no (its last).
struct options_alias {
    const char *option;
    const char *variable;
};
extern const struct options_alias options_aliases[];
extern const size_t options_alias_count;

#endif
