// JSONL records: one object a line, by cJSON. Knows nothing of what the keys mean.
#ifndef RATION_JSONL_READER_H
#define RATION_JSONL_READER_H

#include "ration/record_reader.h"
#include "records/input_lines.h"

#include <stddef.h>
#include <stdint.h>

struct jsonl_record {
    uint64_t line;
    uint64_t offset;
    size_t fields;
    const char *key[SETTINGS_MAX_COLUMNS]; // all valid until the next record
    // a string's content, nothing for null, else the JSON text
    struct record_field field[SETTINGS_MAX_COLUMNS];
    enum record_kind kind[SETTINGS_MAX_COLUMNS];
};

struct jsonl_reader;

// `lines` stays the caller's. NULL when out of memory.
struct jsonl_reader *jsonl_reader_new(struct input_lines *lines);
void jsonl_reader_free(struct jsonl_reader *reader);

// RECORD_OK (a problem may have been noted; then there may be no fields), RECORD_END, RECORD_BAD (the problem
// stops), RECORD_FAILED.
enum record_status jsonl_reader_next(struct jsonl_reader *reader, struct jsonl_record *record);

#endif
