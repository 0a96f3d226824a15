// A file for a converted input: a name beside the input that is never the input's own, and that a shell's
// redirection cannot empty.
#ifndef RATION_INPUT_TARGET_H
#define RATION_INPUT_TARGET_H

#include "ration/settings.h"

#include <stddef.h>
#include <stdint.h>

#define INPUT_TARGET_SIZE 256U

// "dir/artists.csv" becomes "dir/artists.converted.csv", with number 2 "dir/artists.converted.2.csv".
// `ending` is ".csv", ".jsonl" or "" for a folder; `number` counts from 1. A name that no shell takes easily,
// or that is too long, becomes "artists.converted.csv". Pure.
void input_target_name(const char *name, const char *ending, uint32_t number, char out[INPUT_TARGET_SIZE]);

// The lowest number of which no such name exists at this moment, with any ending.
uint32_t input_target_free(const char *name);

// The input as the message names it, and which name for what it becomes is free.
struct input_target_place {
    const char *name;
    enum settings_format format;
    uint32_t number;
};

// Writes a command for the shell. In its pattern %s stands for the input; artists.csv, artists.jsonl and
// artists/ stand for a name that is free: were it the input's own, the shell would empty the input before it
// is read. A name that cannot be quoted is FILE. Pure.
void input_target_fill(const struct input_target_place *place, const char *pattern, char *out, size_t size);

// "is packed with gzip; unpack it: zcat < FILE > …". Pure.
struct input_target_advice {
    const char *what;    // "is …"
    const char *todo;    // what the command does, or what to do instead of it
    const char *command; // a pattern; NULL: there is none
};
void input_target_tell(const struct input_target_place *place, const struct input_target_advice *advice,
                       char *out, size_t size);

#endif
