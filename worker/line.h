// What an exchange came to, as a line of the output or of the errors file, without the key. Pure.
#ifndef RATION_LINE_H
#define RATION_LINE_H

#include "exchange/answer.h"
#include "ration/key.h"
#include "ration/result_line.h"
#include "ration/text.h"

#include <stddef.h>
#include <stdint.h>

#define LINE_MESSAGE_MOST 1024U // bytes of a provider's message in an error line
#define LINE_CODE_MOST 128U
#define LINE_PAGE_MOST 200U // characters of a body that is no JSON

// What both kinds of line are made with.
struct line_facts {
    const struct result_format *format;
    const struct text *head; // of result_line_begin()
    const struct key
        *key; // see scrub.h; ids that hold it are left out, in the text it is replaced; NULL: there is none
};

// Each adds one whole line; on failure of memory out->failed is set. `line` has what the exchange itself does
// not say: attempts, created, request_id ("" counts as none), and for an answer latency_ms and input_hash.
// The rest comes from the answer.
void line_answer(struct text *out, const struct line_facts *facts, const struct answer *answer,
                 struct result_line line);
// Of an error all of it is the caller's.
void line_error(struct text *out, const struct line_facts *facts, struct result_line line);

// `from` into `to` of `size` bytes: without the key, should a server echo it in whatever way (see scrub.h),
// and cut at a whole character.
void line_scrub(const char *from, const struct key *key, char *to, size_t size);

// Leaves at most so many characters of valid UTF-8, and then "…". There is room for LINE_MESSAGE_MOST bytes.
void line_shorten(char *message, size_t characters);

#endif
