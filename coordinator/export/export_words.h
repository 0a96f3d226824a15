// The words of a command: what is wrong with them, as people are told it.
#ifndef RATION_EXPORT_WORDS_H
#define RATION_EXPORT_WORDS_H

#include "export/export_files.h"

#include <getopt.h>
#include <stdint.h>

// The place of `text` in a list that ends with NULL, or -1 after telling; "" in it is no choice.
int export_words_choice(const char *option, const char *text, const char *const *list);
// 0 and *value, or -1 after telling.
int export_words_count(const char *option, const char *text, uint64_t most, uint64_t *value);
// What getopt_long() has just returned as '?' or ':'. Returns -1.
int export_words_unexpected(char **words, int code, const struct option *known);

// ---- how the input and the errors are read: the same for each command ----

enum export_words_shared {
    EXPORT_WORDS_INPUT = 512, // above the words of each command
    EXPORT_WORDS_INPUT_FORMAT,
    EXPORT_WORDS_ID,
    EXPORT_WORDS_DELIMITER,
    EXPORT_WORDS_ENCODING,
    EXPORT_WORDS_NO_INPUT,
    EXPORT_WORDS_ERRORS
};
// Rows of a command's table, and what its help says of them.
#define EXPORT_WORDS_SHARED                                                   \
    {"input", required_argument, NULL, EXPORT_WORDS_INPUT},                   \
        {"input-format", required_argument, NULL, EXPORT_WORDS_INPUT_FORMAT}, \
        {"id", required_argument, NULL, EXPORT_WORDS_ID},                     \
        {"delimiter", required_argument, NULL, EXPORT_WORDS_DELIMITER},       \
        {"encoding", required_argument, NULL, EXPORT_WORDS_ENCODING},         \
        {"no-input", no_argument, NULL, EXPORT_WORDS_NO_INPUT}, {             \
        "errors", required_argument, NULL, EXPORT_WORDS_ERRORS                \
    }
#define EXPORT_WORDS_HELP                                                                                   \
    "  --input FILE\n        the run's input, whose columns stand with the answer (default: the one the "   \
    "run "                                                                                                  \
    "was begun with)\n"                                                                                     \
    "  --input-format auto|csv|jsonl\n        auto: JSONL if the name ends in .jsonl, else CSV\n"           \
    "  --id COLUMN\n        what a row of the input is known by (default: as the run did)\n"                \
    "  --delimiter comma|semicolon|tab|pipe\n        between the columns of CSV (default: what the header " \
    "has)\n"                                                                                                \
    "  --encoding NAME\n        of the input, as iconv knows it (default: as the run read it)\n"            \
    "  --no-input\n        the answers alone\n"                                                             \
    "  --errors FILE\n        artists that failed for good (default: OUTPUT with .errors.jsonl)\n"

// One of these words into *words. 0, or -1 after telling; 1: it is none of them.
int export_words_shared(int word, const char *text, struct export_files_words *words);
// Whether they go together. 0, or -1 after telling.
int export_words_shared_check(const struct export_files_words *words);

#endif
