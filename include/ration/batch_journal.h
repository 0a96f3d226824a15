// The journal of a batch's parts: a file beside the output with one line for each change of a part. A line
// that tells what is about to be asked is on the disk before it is asked, so that whoever comes after a death
// knows what may be at the provider. The worker writes it (O_APPEND), the coordinator reads it too. Here:
// lines to bytes and back, and what all lines come to. Pure but for memory.
#ifndef RATION_BATCH_JOURNAL_H
#define RATION_BATCH_JOURNAL_H

#include "ration/batch_rows.h"
#include "ration/digest.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BATCH_JOURNAL_VERSION 1U

enum batch_state {
    BATCH_WRITING,  // its rows are chosen; nothing is at the provider
    BATCH_UPLOADED, // its file is; a file costs nothing
    BATCH_CREATING, // it is about to be created, or was: nobody knows until the provider is asked
    BATCH_CREATED,  // it is at the provider, under the id `batch`
    BATCH_ENDED,    // the provider is done with it; its results are there
    BATCH_RECORDED, // all of its rows are recorded, or are asked again by a later part
    BATCH_GIVEN_UP, // it came to nothing: its rows are asked again
    BATCH_STATES,
};

// Texts hold printable ASCII without quotes and backslashes; whatever else is given becomes '?'.
struct batch_record {
    char run[32];    // that made it, and
    uint32_t number; // its number in that run, 1, 2, …: together its name
    enum batch_state state;
    uint64_t at;    // seconds since 1970: when the line was written,
    uint64_t made;  // it was created, or is about to be; 0: not yet
    uint64_t until; // the provider keeps it at least; 0: not known
    uint32_t rows;
    uint64_t bytes, tokens;      // of its file; tokens of input, as estimated
    uint64_t reserve;            // nano-dollars that each of its rows may cost at most
    char hash[DIGEST_SIZE];      // of its file
    char session[32];            // whose key made it: no other may see it
    char api[17];                // digest of that session's API and base URL; "": not known
    uint64_t ids, requests;      // sums of the marks of its rows' ids and request hashes; 0: not known
    uint64_t counted, uncounted; // attempts that one of its rows had before it, the most of all
    char file[128], batch[128];  // the provider's ids; "": none
    char why[160];               // it came to nothing, or is tried again
    // As the API told it last; its counts may be wrong.
    char status[32];
    uint64_t done, failed; // of its rows
    uint64_t proven;       // 1: `batch` is its own for certain; 0: it was found by its rows and its time
};

// Adds one line with a newline before and behind it, so that a torn line before it harms nothing. `rows` may
// be NULL where an earlier line of the part has them.
void batch_journal_encode(const struct batch_record *record, const struct batch_rows *rows, struct text *out);

struct batch_known {
    struct batch_record record; // its last line
    struct batch_rows rows;
};
struct batch_parts {
    struct batch_known *part; // in the order of their first lines
    size_t count, capacity;
    size_t torn; // lines that are none
};

enum batch_journal_end {
    BATCH_JOURNAL_READ,
    BATCH_JOURNAL_NEWER,
    BATCH_JOURNAL_STARVED,
    BATCH_JOURNAL_TORN,
};

// What a journal's bytes come to; to be freed in any case. NEWER: a later version of ration has written it.
enum batch_journal_end batch_journal_read(const char *bytes, size_t length, struct batch_parts *parts);
void batch_journal_free(struct batch_parts *parts);

// One line of it, without its newline and without its artists. READ, or NEWER, or TORN: it is none.
enum batch_journal_end batch_journal_line(const char *line, size_t length, struct batch_record *record);

// The mark of a row: of its number and one text of it. Their sum over a part is the same in whatever order
// its rows stand, and another one once rows have changed places.
uint64_t batch_journal_mark(uint32_t artist, const char *text, size_t length);

// It is, or may be, at the provider, and its rows are not to be asked again as long as it is.
bool batch_journal_open(enum batch_state state);
// "writing", …
const char *batch_journal_state(enum batch_state state);

#endif
