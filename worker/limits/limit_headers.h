// Reads the rate-limit headers of an answer: OpenAI, Azure, Groq, Mistral, Anthropic, their compatibles,
// and the IETF drafts. Pure: whatever a server sends, values that make no sense are ignored and counted.
//
//   struct limit_headers headers;
//   limit_headers_begin(&headers, dialect);
//   for each header line: limit_headers_line(&headers, line, length);
//   limit_headers_report(&headers, wall_ns, &report);
#ifndef RATION_LIMIT_HEADERS_H
#define RATION_LIMIT_HEADERS_H

#include "limits/limit_dialects.h"
#include "limits/limit_policies.h"
#include "limits/limit_report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIMIT_HEADERS_MOST 16 // triples of one answer; more are counted as unknown

// One of three headers: not there, there but in doubt (-1, or a 0 that may mean unknown), or its value.
enum limit_state { LIMIT_ABSENT, LIMIT_VOID, LIMIT_THERE };

// What was read of the headers of one row of the table of dialects.
struct limit_triplet {
    int row;
    enum limit_state state[LIMIT_PARTS];
    uint64_t value[LIMIT_PARTS]; // LIMIT_PART_RESET: nanoseconds
    uint32_t step;               // of the reset, nanoseconds
    uint8_t form;                // of the reset, enum limit_time_form
    bool overdrawn;              // what remains was told as a number below -1
};

// What the headers so far said. No pointers: may be copied. About 1.2 kB.
struct limit_headers {
    enum limit_dialect dialect;
    uint32_t count;
    struct limit_triplet triplet[LIMIT_HEADERS_MOST];
    struct limit_policies policies;
    char date[40]; // of the answer, as it came; "" when absent
    uint64_t cost; // or LIMIT_UNKNOWN
    struct limit_counts ignored;
    struct limit_odd odd; // the first one that was met so far
};

void limit_headers_begin(struct limit_headers *headers, enum limit_dialect dialect);

// One header. The names are not case-sensitive. Cheap for those that are no concern of it.
void limit_headers_add(struct limit_headers *headers, const char *name, size_t name_length, const char *value,
                       size_t value_length);
// The same from a header line as it comes, line end or not. A status line ("HTTP/1.1 200 OK") starts over:
// what came before was a provisional response.
void limit_headers_line(struct limit_headers *headers, const char *line, size_t length);

// True when nothing was said, and limit_headers_report() may be saved.
bool limit_headers_empty(const struct limit_headers *headers);

// What they say together. Moments count from the answer's Date, else from `wall_ns`, our own clock
// (nanoseconds since 1970).
void limit_headers_report(const struct limit_headers *headers, uint64_t wall_ns, struct limit_report *report);

#endif
