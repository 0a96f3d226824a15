// What a line of the output or of the errors file says of an exchange, without the key. Pure.
#ifndef RATION_LINE_H
#define RATION_LINE_H

#include "exchange/answer.h"
#include "ration/key.h"
#include "ration/result_line.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>

#define LINE_MESSAGE_MOST 1024U // bytes of a provider's message in an error line
#define LINE_CODE_MOST 128U
#define LINE_PAGE_MOST 200U // characters of a body that is no JSON

// Of the functions below: a name that holds the key (see scrub.h) is left out, in a text the key is replaced.
// `key` NULL: there is none. What they set points into what they were given.

// The provider's id of the request; "": it sent none.
void line_request(struct result_line *line, const struct key *key, const char *request_id);
// All that the answer itself says. `clean` holds its text where that had to be changed, and must live as long
// as *line; when it has failed, the line must not be written.
void line_answer(struct result_line *line, const struct key *key, const struct answer *answer,
                 struct text *clean);

// The response as the line of a batch has it, made in `raw`, which must live as long as *line. `body` may be
// anything; `whole`: it begins with JSON that answer_read() has read, and in which nothing had to be
// replaced.
void line_response(struct result_line *line, const struct key *key, long status, const char *body,
                   size_t length, bool whole, struct text *raw);

// `from` into `to` of `size` bytes: without the key, should a server echo it in whatever way (see scrub.h),
// and cut at a whole character.
void line_scrub(const char *from, const struct key *key, char *to, size_t size);

// Leaves at most so many characters of valid UTF-8, and then "…". There is room for LINE_MESSAGE_MOST bytes.
void line_shorten(char *message, size_t characters);

#endif
