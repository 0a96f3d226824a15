// Reads the whole input before anything is sent: tells what is wrong with it, and makes its index.
#ifndef RATION_INPUT_CHECK_H
#define RATION_INPUT_CHECK_H

#include "input/id_table.h"
#include "input/input_index.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Fills *index with all artists, or the first `limit` (0: all); the whole input is checked in any case.
// `ids`, unless NULL, gets a table of every artist_id of the input with the artist's index as value; the
// caller frees both. `fd` must allow pread(2) and stays the caller's; `name` is for messages. 0, or -1 after
// the problems (at most ten, then how many more) were told as fatal log lines, or after a signal; nothing is
// left to free then.
// What is looked at beside the records' own rules; false with what is wrong in `message`.
struct input_check_also {
    bool (*record)(void *context, const struct record *record, char *message, size_t size);
    void *context;
};

// `shape`: NULL is that of artists, see record_reader_set_shape().
int input_check(int fd, const char *name, enum settings_format format, const struct record_shape *shape,
                const struct input_check_also *also, uint64_t limit, struct input_index *index,
                struct id_table **ids);

#endif
