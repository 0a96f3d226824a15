// What stands between the columns of a CSV file. Pure.
#ifndef RATION_INPUT_DELIMITER_H
#define RATION_INPUT_DELIMITER_H

#include <stddef.h>

// "comma", ";", "tab" …: as people write it. 0: it is none of them.
char input_delimiter_read(const char *word);

// Of a file that begins so; `id` is the column that is looked for, or NULL. The one whose header has that
// column, else the one that stands there most often; a comma, where none does.
char input_delimiter_find(const char *head, size_t length, const char *id);

// "a semicolon"
const char *input_delimiter_name(char delimiter);

#endif
