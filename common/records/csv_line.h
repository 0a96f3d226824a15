// A line of CSV that is a whole record by itself, as nearly all are: split without a state for each byte.
// What is not plain is left to libcsv, which tells what is wrong; what is split here is what libcsv would
// make of it. Pure.
#ifndef RATION_CSV_LINE_H
#define RATION_CSV_LINE_H

#include "ration/record_reader.h"

#include <stdbool.h>
#include <stddef.h>

// Bytes of `out` that are enough for a line of so many.
#define CSV_LINE_ROOM(length) ((length) + 1)

// Splits `length` bytes, more than none and without the line's end, into `field`, whose texts stand in `out`
// with a NUL behind each. *fields is their number: those beyond `most` are counted, and not kept. False: it
// is not plain (a carriage return, a quote that is not closed or stands within a field), and nothing is
// valid.
bool csv_line_split(const char *line, size_t length, char delimiter, char *out, struct record_field *field,
                    size_t most, size_t *fields);

#endif
