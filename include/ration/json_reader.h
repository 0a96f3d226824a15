// Reads a text as RFC 8259 has it, no more and no less: what is left open there (two members of one name,
// half a surrogate pair) is refused. In bounded time, depth and memory. Pure.
#ifndef RATION_JSON_READER_H
#define RATION_JSON_READER_H

#include "ration/json_value.h"

#define JSON_READER_DEPTH 128U
#define JSON_READER_VALUES 100000U

enum json_reader_end { JSON_READER_READ, JSON_READER_NO_JSON, JSON_READER_STARVED };

// Where a text is no JSON, and why, as the end of a sentence: "a comma is missing".
struct json_reader_fault {
    size_t at;
    const char *words;
    bool twice; // an object has two members of one name
};

// Fills an empty `document`, to be freed in any case. The text must outlive it.
enum json_reader_end json_reader_read(const char *text, size_t length, struct json_document *document,
                                      struct json_reader_fault *fault);

#endif
