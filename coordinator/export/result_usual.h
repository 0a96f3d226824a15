// A line of any --output-format as one of the usual lines: a batch's and a cookbook's keep the answer whole,
// and its text, model, ending and tokens are taken from there. Pure.
#ifndef RATION_RESULT_USUAL_H
#define RATION_RESULT_USUAL_H

#include "export/result_body.h"
#include "export/result_walk.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>

// Zeroed before its first use, and used again after that; result_usual_free() at the end.
struct result_usual {
    struct text line;
    struct result_body body;
};

// As result_walk_begin(). What *walk has are parts of the line, or of *usual, until it is used again. Behind
// the answer stand "response" and "error" of such a line, and of a cookbook's "request" and "metadata".
// False, too: out of memory, which result_usual_starved() tells apart.
bool result_usual_begin(struct result_usual *usual, const char *text, size_t length,
                        struct result_walk *walk);
// The last one was no line for want of memory: whether it is one nobody knows.
bool result_usual_starved(const struct result_usual *usual);
void result_usual_free(struct result_usual *usual);

#endif
