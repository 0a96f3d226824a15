// The input of an export: the records of a run's input, which is not checked again.
#ifndef RATION_EXPORT_INPUT_H
#define RATION_EXPORT_INPUT_H

#include "config/options.h"
#include "ration/record_reader.h"

#include <stddef.h>
#include <stdint.h>

struct export_input;

// How the input of a run is read.
struct export_input_words {
    const char *path;
    enum options_format format;
    const char *id;        // its column; NULL: as `key` says
    const char *key;       // what lines of the output call the id; NULL: nothing is known of it
    const char *delimiter; // NULL: found out
    const char *encoding;  // NULL: UTF-8
};

// NULL after telling.
struct export_input *export_input_open(const struct export_input_words *words);
void export_input_free(struct export_input *input);

// 1: *record; 0: the end; -1 after telling.
int export_input_next(struct export_input *input, struct record *record);
// To the first record, or to one that was read before.
void export_input_rewind(struct export_input *input);
void export_input_seek(struct export_input *input, uint64_t offset, uint64_t line);

// Which of its columns has the id, or SIZE_MAX.
size_t export_input_id(const struct record *record);
// The file that was named, also where a copy of it is read.
int export_input_fd(const struct export_input *input);
// The names of the columns, where there is a header.
size_t export_input_columns(const struct export_input *input, const char *const **names);

#endif
