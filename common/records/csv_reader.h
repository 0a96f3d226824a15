// CSV records, by libcsv. Knows nothing of what the columns mean.
#ifndef RATION_CSV_READER_H
#define RATION_CSV_READER_H

#include "ration/record_reader.h"
#include "records/input_lines.h"

#include <stddef.h>
#include <stdint.h>

struct csv_record {
    uint64_t line;
    uint64_t offset;
    size_t fields; // of the record; beyond SETTINGS_MAX_COLUMNS they are counted, and not kept in `field`
    const struct record_field *field; // valid until the next record
};

struct csv_reader;

// `lines` stays the caller's. NULL when out of memory.
struct csv_reader *csv_reader_new(struct input_lines *lines);
void csv_reader_free(struct csv_reader *reader);

// Other than a comma.
void csv_reader_delimiter(struct csv_reader *reader, char delimiter);

// Forgets an unfinished record, after a seek of the lines.
void csv_reader_reset(struct csv_reader *reader);

// RECORD_OK (a problem may have been noted), RECORD_END, RECORD_BAD (the problem stops), RECORD_FAILED.
enum record_status csv_reader_next(struct csv_reader *reader, struct csv_record *record);

#endif
