// Recognises an input that is no CSV and no JSONL at all, or nearly one, by its first bytes, and says what to
// do with it. Pure.
#ifndef RATION_INPUT_KIND_H
#define RATION_INPUT_KIND_H

#include "ration/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INPUT_KIND_HEAD 4096U // bytes that are enough
#define INPUT_KIND_SIZE 640U

// `head` are the first bytes of the file `name`, up to INPUT_KIND_HEAD. False: nothing speaks against reading
// it in that format. True: *message says what it is and the command that mends it: "is packed with gzip;
// unpack it: zcat < FILE > …". The command writes to input_target_name() with that number, never to the
// input.
bool input_kind_wrong(const char *name, uint32_t number, enum settings_format format, const char *head,
                      size_t length, char message[INPUT_KIND_SIZE]);

#endif
