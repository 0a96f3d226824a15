// Whose a result is, found in a line of any length as its bytes come: the "custom_id" of the object itself,
// wherever it stands and however it is spaced. For lines that are too long to be read whole, and for the
// first of a file. Pure.
#ifndef RATION_BATCH_ID_H
#define RATION_BATCH_ID_H

#include "exchange/batch_line.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Begin it zeroed.
struct batch_id {
    uint32_t depth;           // of arrays and objects
    bool in_string, escaped;  // where it stands
    bool of_value, is_wanted; // behind a colon of the object; and its key is the one
    bool found;               // `text` is the id
    char
        text[BATCH_LINE_ID + 1]; // of the string that is read; one that is too long is cut, and no id of ours
    size_t length;
};

// The bytes that follow. True: it is found, now or before. A line end begins the next object.
bool batch_id_read(struct batch_id *id, const char *bytes, size_t length);

#endif
