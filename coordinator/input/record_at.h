// Reads one artist's record by its index.
#ifndef RATION_RECORD_AT_H
#define RATION_RECORD_AT_H

#include "input/input_index.h"
#include "ration/record_reader.h"

#include <stdint.h>

// *record is valid until the returned reader is freed, which is the caller's to do. NULL after telling.
struct record_reader *record_at(const struct input_index *index, int fd, const char *name, uint32_t artist,
                                struct record *record);

// A reader of the input, which stands nowhere yet. NULL after telling: out of memory.
struct record_reader *record_at_reader(const struct input_index *index, int fd, const char *name);

#endif
