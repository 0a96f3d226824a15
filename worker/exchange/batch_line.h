// What is said to a batch API, in OpenAI's shape and Anthropic's: the id and the line of a row, the body of a
// creation, the name of a file. Pure but for memory.
#ifndef RATION_BATCH_LINE_H
#define RATION_BATCH_LINE_H

#include "ration/batch_journal.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ---- the id of a row ----

#define BATCH_LINE_ID 65 // 64 of [A-Za-z0-9_-], which every API takes

// The run that makes the part, the artist's index, and a hash of its id: an index alone would mean another
// artist once the input has changed.
void batch_line_id(const char *run, uint32_t artist, const char *id, size_t length, char out[BATCH_LINE_ID]);
// The index in such an id of that run, and where its hash stands. False: it is none.
bool batch_line_index(const char *text, size_t length, const char *run, uint32_t *artist);

// ---- what is said ----

// The line of a row, with its newline; `path` NULL: as Anthropic has it, without one; "": as Mistral. `body`:
// JSON; line ends between its tokens become blanks.
void batch_line_row(struct text *out, const char *id, const char *path, const char *body, size_t length);
// Anthropic's batches have no file: the body of a creation is all rows. Such a row, with what stands before
// and behind it there; and the length of the body, from that of all lines of batch_line_row().
void batch_line_request(struct text *out, const char *id, const char *body, size_t length, bool first,
                        bool last);
uint64_t batch_line_requests(uint64_t lines);
// The body of a creation. It is known again by its metadata; where it is not `named`, by its file alone.
void batch_line_create(struct text *out, const struct batch_record *part, const char *path,
                       const char *window, bool named);
// Likewise of Mistral's, where it is of one model, which no row names.
void batch_line_job(struct text *out, const struct batch_record *part, const char *path, const char *model,
                    uint32_t hours);
// The name that a part's file is uploaded by.
#define BATCH_LINE_FILE 128
void batch_line_file(const struct batch_record *part, char out[BATCH_LINE_FILE]);

#endif
