// Recognises an input that is no text, or text in another encoding, by its first bytes. Pure.
#ifndef RATION_INPUT_KIND_BINARY_H
#define RATION_INPUT_KIND_BINARY_H

#include "input/input_target.h"

#include <stdbool.h>
#include <stddef.h>

// `bytes` are the first of the file. False: it is text as far as they tell. True: message, of INPUT_KIND_SIZE
// bytes, says what it is and what to do.
bool input_kind_binary_wrong(const struct input_target_place *name, const char *bytes, size_t length,
                             char *message);

#endif
