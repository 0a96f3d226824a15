// A line of the output or of the errors file: written, and read again. The only code that does either, for
// both programs; which keys it has is in the format. Pure.
#ifndef RATION_RESULT_LINE_H
#define RATION_RESULT_LINE_H

#include "ration/result_format.h"
#include "ration/text.h"
#include "ration/tokens.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct result_text {
    const char *bytes; // valid UTF-8
    size_t length;
};

// What a line says besides whose it is. Its strings are valid UTF-8, and whoever made them owns them.
struct result_line {
    // of both kinds
    struct result_text
        response; // {"status_code","request_id","body"} for a format that is whole; empty: none came
    uint64_t attempts;
    uint64_t cost;       // nano-dollars, of all of its attempts whose cost is known; 0: nothing, or not known
    const char *created; // RFC 3339
    const char *request_id;  // the provider's; NULL when it sent none
    const char *session;     // that the last attempt left by; NULL where the run has no fallback
    struct result_text body; // the last member of that alone
    const char *same_as; // the id of the artist that was asked instead, the same; NULL: this one was asked
    // of an answer
    struct result_text text;
    struct result_text json; // of an answer that was to be JSON, and is; then there is no text
    const char *invalid;     // why it is not what was asked for, and is kept all the same; NULL: it is
    const char *response_id, *model, *finish_reason; // NULL: it did not say
    const char *service_tier; // that answered, where it is told and not the usual one; else NULL
    struct tokens tokens;
    uint64_t total_tokens;
    bool estimated;    // some of them are
    uint64_t replaced; // characters that were not valid
    uint64_t latency_ms;
    const char *input_hash; // of request_hash()
    // of an error
    const char *class; // of outcome_name(); as it stands there, when it was read
    uint64_t status;   // 0: none came
    const char *code;  // NULL: none
    const char *message;
    bool
        // it is not certain that it was the artist's fault, since nothing was left to compare it with; a
        // later run asks it again
        unproven;
};

// ---- writing ----
// On failure of memory the text is marked as failed.

// How a line begins: whose it is. For result_line_add(), any number of times.
void result_line_begin(struct text *head, const struct result_format *format, struct result_text id,
                       struct result_text name);

// Adds one whole line, its end included.
void result_line_add(struct text *out, const struct result_format *format, enum result_kind kind,
                     const struct text *head, const struct result_line *line);

// Adds an errors line that was made before, with its end, and says of it that it is unproven.
void result_line_add_unproven(struct text *out, const struct result_format *format, const struct text *line);

// ---- reading ----
// All of a line without its end. A line as ration writes it is read fast; any other that is the same JSON is
// read as well.

// Large enough for any id of an input, with its NUL.
#define RESULT_LINE_ID_SIZE 1024

// The id in id[], its length in *length. A line as ration writes it is not parsed as a whole: it must begin
// as such a line does, end with the object's end, and not hold a second beginning. False: it is not a JSON
// object with an id that an input can have.
bool result_line_id(const struct result_format *format, const char *text, size_t size,
                    char id[RESULT_LINE_ID_SIZE], size_t *length);

// The input hash of an answer as it stands there; false: it has none. For telling which answers were made
// from an input that has changed since.
bool result_line_input_hash(const struct result_format *format, const char *text, size_t size,
                            const char **hash, size_t *length);

// What the line says that it cost, in nano-dollars; 0: nothing.
uint64_t result_line_cost(const struct result_format *format, enum result_kind kind, const char *text,
                          size_t size);

// A line that was read. What it lacks is NULL, 0 or false.
struct result_read {
    const char *id;
    struct result_line line;
    void *memory; // that the strings stand in
};
// False: out of memory, or it is not one JSON object to the last byte, with an id and what a line of that
// kind must have; there is nothing to free then.
bool result_line_read(const struct result_format *format, enum result_kind kind, const char *text,
                      size_t size, struct result_read *read);
void result_line_free(struct result_read *read);

// It can be the beginning of a line that ration did not finish writing, or the zeros that a machine's crash
// left.
bool result_line_is_torn(const struct result_format *format, const char *text, size_t size);

#endif
