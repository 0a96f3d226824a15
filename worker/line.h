// The lines of the output file and of the errors file. Pure.
#ifndef RATION_LINE_H
#define RATION_LINE_H

#include "exchange/answer.h"
#include "exchange/text.h"
#include "ration/key.h"
#include "ration/outcome.h"

#include <stddef.h>
#include <stdint.h>

#define LINE_MESSAGE_MOST 1024U // bytes of a provider's message in an error line
#define LINE_CODE_MOST 128U
#define LINE_PAGE_MOST 200U // characters of a body that is no JSON

// What both kinds of line say of the last attempt.
struct line_facts {
    const struct text *head; // of line_head()
    uint64_t attempts;
    const char *created;    // RFC 3339
    const char *request_id; // the provider's; "" when it sent none
    const struct key
        *key; // see scrub.h; ids that hold it are left out, in the text it is replaced; NULL: there is none
};

// The beginning of both kinds of line: {"artist_id":…,"artist_name":…
void line_head(struct text *head, const char *id, size_t id_length, const char *name, size_t name_length);

// Each adds one whole line; on failure of memory out->failed is set.
void line_answer(struct text *out, const struct line_facts *facts, const struct answer *answer,
                 uint64_t latency_ms, const char *input_hash);

struct line_error {
    enum outcome_class class;
    long status;      // 0: none came
    const char *code; // NULL: none
    const char *message;
    bool unproven; // nothing was left to compare it with: asked again
};
void line_error(struct text *out, const struct line_facts *facts, const struct line_error *error);

// `from` into `to` of `size` bytes: without the key, should a server echo it in whatever way (see scrub.h),
// and cut at a whole character.
void line_scrub(const char *from, const struct key *key, char *to, size_t size);

// Leaves at most so many characters of valid UTF-8, and then "…". There is room for LINE_MESSAGE_MOST bytes.
void line_shorten(char *message, size_t characters);

#endif
