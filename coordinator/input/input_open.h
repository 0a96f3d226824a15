// Opens the input as something that pread(2) can read: a file as it is, standard input through a temporary
// file.
#ifndef RATION_INPUT_OPEN_H
#define RATION_INPUT_OPEN_H

#include "config/options.h"
#include "ration/settings.h"

#include <stdint.h>
#include <sys/stat.h>

struct input_open {
    int fd;           // what is read: the file, or a copy of it that has no name
    int original;     // of a copy that was unpacked or recoded: the file; else -1
    const char *name; // for messages
    enum settings_format format;
    uint32_t whole;     // of a sample: artists of the whole input; else 0
    struct stat status; // before its first byte was read
    uint64_t mark; // the same for the same input: tells a later run whether indices mean the same artists
};

// 0, or -1 after telling.
int input_open(const struct options *options, struct input_open *input);

#endif
