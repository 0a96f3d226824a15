// Reads artists one after another from a CSV file (with libcsv, strict) or a JSONL file, from any record's
// offset on. The coordinator reads the whole input once to check and index it; each worker reads its ranges
// by itself with pread(2), so that all share one descriptor.
//
// CSV: RFC 4180. A header names the columns, whose names are trimmed. Fields keep their bytes: nothing is
// trimmed. A BOM, CRLF, LF, a missing last newline, and blank lines at the end are accepted. JSONL: one
// object a line with the same keys. Strings are kept byte for byte, an integer id is taken as text, null as
// empty, other values as their JSON text. Which columns a record must have, and which of them is its id, is
// its shape. An id must not be empty, nor may the name of an artist. Priority is high, normal or low in any
// case, or empty.
#ifndef RATION_RECORD_READER_H
#define RATION_RECORD_READER_H

#include "ration/priority.h"
#include "ration/record_shape.h"
#include "ration/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_READER_MAX_RECORD (4U << 20) // bytes of one record in the file
#define RECORD_READER_MAX_ID 512U           // bytes of an id

// The value of a JSONL record's member, as JSON sees it.
enum record_kind { RECORD_TEXT, RECORD_NUMBER, RECORD_NULL, RECORD_JSON };

struct record_field {
    const char *text; // NUL-terminated, no NUL inside, valid UTF-8
    size_t length;
};

// Valid until the next record_reader_next() or record_reader_seek().
struct record {
    struct record_field id;
    struct record_field name;  // empty where there is none
    struct record_field data;  // likewise
    enum priority priority;    // normal when the column is missing or empty
    uint64_t line;             // where the record begins, 1-based
    uint64_t offset;           // likewise, in bytes
    size_t columns;            // all columns, those of the id, name, data and priority included
    const char *const *column; // their names
    const struct record_field *field;
    const enum record_kind *kind; // JSONL; NULL: all are texts
};

enum record_status { RECORD_OK, RECORD_END, RECORD_BAD, RECORD_FAILED };

struct record_reader;

// `fd` is read with pread(2) and stays the caller's. `name` is for messages. NULL when out of memory.
struct record_reader *record_reader_new(int fd, const char *name, enum settings_format format);
void record_reader_free(struct record_reader *reader);

// Before the header or the columns are told; without it: record_shape_artists.
void record_reader_set_shape(struct record_reader *reader, const struct record_shape *shape);

// Reads the header from the start of the file (CSV), or skips a BOM (JSONL). RECORD_OK, RECORD_BAD,
// RECORD_FAILED.
enum record_status record_reader_header(struct record_reader *reader);

// The columns of the header, for struct settings. CSV only; JSONL has none.
size_t record_reader_columns(const struct record_reader *reader, const char *const **names);

// The column that is the id, as it stands in the file (JSONL: in its first record); RECORD_SHAPE_LINE; NULL:
// there is none. After record_reader_header().
const char *record_reader_id(const struct record_reader *reader);
// Likewise the one that is the name; NULL: there is none.
const char *record_reader_name(const struct record_reader *reader);

// The column of that name: exactly, else but for its case. SIZE_MAX: there is none. Pure.
size_t record_reader_column(const char *name, size_t columns, const char *const *names);
// None is called exactly so, and several are but for their case: which one is meant does not show. Pure.
bool record_reader_ambiguous(const char *name, size_t columns, const char *const *names);

// Instead of record_reader_header(): takes the columns as the coordinator read them. 0, or -1 when out of
// memory.
int record_reader_set_columns(struct record_reader *reader, size_t columns, char *const *names);

// Goes on at the record that begins at `offset`, which is on `line`.
void record_reader_seek(struct record_reader *reader, uint64_t offset, uint64_t line);
// The same for who wants that one record: little more of the file is read.
void record_reader_seek_alone(struct record_reader *reader, uint64_t offset, uint64_t line);

// The next artist. RECORD_BAD: the input is wrong; RECORD_FAILED: read(2) failed or out of memory. In both
// cases record_reader_message() tells it as "file:line: what is wrong; what to do".
enum record_status record_reader_next(struct record_reader *reader, struct record *record);

const char *record_reader_message(const struct record_reader *reader);

// After RECORD_BAD of record_reader_next(): only that record is bad, and record_reader_next() goes on behind
// it. False when the records behind it cannot be told apart (quotes, size): nothing but a seek helps.
bool record_reader_can_go_on(const struct record_reader *reader);

#endif
