// How the lines of the output and the errors file are written: which keys stand in which order, as data.
// Whoever writes a line or reads one is given the format and names no key of its own. Pure.
#ifndef RATION_RESULT_FORMAT_H
#define RATION_RESULT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

enum result_kind { RESULT_ANSWER, RESULT_ERROR, RESULT_KINDS };

// What stands behind a key.
enum result_value {
    RESULT_END,    // nothing: no more rows
    RESULT_STRING, // const char *; NULL is null
    RESULT_TEXT,   // struct result_text: with its length; left out where there is JSON
    // struct result_text: left out when it has no bytes; a valid JSON value, written on one line
    RESULT_JSON,
    RESULT_RAW,   // struct result_text: JSON as it is, in one line; null where it is empty
    RESULT_NULL,  // null, always
    RESULT_SAID,  // const char *; left out when it is NULL
    RESULT_COUNT, // uint64_t
    RESULT_MORE,  // uint64_t; left out when it is 0
    RESULT_MONEY, // uint64_t, nano-dollars: as dollars; left out when it is 0
    RESULT_MARK,  // bool; left out when it is false
    RESULT_OPEN,  // an object, whose rows follow
    RESULT_CLOSE, // and its end; no key
};

struct result_field {
    const char *key;
    const char *written; // how the key stands in a line, with a comma before it
    enum result_value value;
    size_t offset; // in struct result_line
};

// A row of that key, which needs no escapes, and of that member of struct result_line; and the four without
// a member.
#define RESULT_FIELD(k, v, member) \
    { .key = (k), .written = ",\"" k "\":", .value = (v), .offset = offsetof(struct result_line, member) }
#define RESULT_OBJECT(k) \
    { .key = (k), .written = ",\"" k "\":", .value = RESULT_OPEN }
#define RESULT_NOTHING(k) \
    { .key = (k), .written = ",\"" k "\":", .value = RESULT_NULL }
#define RESULT_OBJECT_END \
    { .value = RESULT_CLOSE }
#define RESULT_FIELDS_END \
    { .value = RESULT_END }

struct result_format {
    const char *id_key, *name_key; // the first two; name_key NULL: there is no name
    const char *beginning;         // a line up to the first byte of its id
    const char *hash_beginning;    // what stands before an answer's input hash, comma and quote included
    const char *essential[RESULT_KINDS];            // the key without whose text a line is not whole
    const char *instead[RESULT_KINDS];              // or with any value of this one; NULL: there is none
    const struct result_field *field[RESULT_KINDS]; // what follows the id and the name
    const char *ending;                             // of a line, its newline included; NULL: of an object
    bool whole;                                     // a line has the response as it came
    bool list; // a line is [request, response, metadata], and all keys stand in an object of the last
};

// One object a line: artist_id, artist_name, …
const struct result_format *result_format_usual(void);

// As OpenAI's batches write it:
// {"custom_id":…,"id":…,"response":{"status_code","request_id","body"},"error":…}, and behind that what a
// resume must know. There is no name.
const struct result_format *result_format_batch(void);

// As the script of OpenAI's cookbook writes it: [request, response, metadata], in the errors file [request,
// [what failed], metadata]. What a resume must know stands in the metadata, as RESULT_FORMAT_OWN.
const struct result_format *result_format_cookbook(void);
#define RESULT_FORMAT_OWN "ration"

// Whether an answer or an error has that key already.
bool result_format_taken(const struct result_format *base, const char *key);
// Likewise, with other keys for whose line it is. One that an answer or an error has already is not possible:
// EINVAL. NULL with errno.
struct result_format *result_format_keyed(const struct result_format *base, const char *id_key,
                                          const char *name_key);
void result_format_free(struct result_format *format); // of result_format_keyed(); may be NULL

// The object in which the kept columns of the input stand, behind the name.
#define RESULT_FORMAT_KEPT "input"

#endif
