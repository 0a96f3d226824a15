// The lines of an output or errors file as pages for the dashboard, the latest first. Each call looks through
// a bounded piece of the file and tells where the next one goes on, so that the loop that serves it is never
// held up. Nothing is kept between calls.
#ifndef RATION_ANSWER_PAGE_H
#define RATION_ANSWER_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ANSWER_PAGE_PIECE ((size_t)128 << 10) // bytes of one call; a longer line is left out, and counted
#define ANSWER_PAGE_LINES 50U                 // of one call
#define ANSWER_PAGE_TEXT 600U                 // bytes of a text in a list; more of it is cut

struct answer_page_asked {
    int fd;
    uint64_t end;    // bytes of the file that were committed
    uint64_t before; // where the last of the lines ends; UINT64_MAX: the latest
    size_t lines;    // at most so many, up to ANSWER_PAGE_LINES
    bool whole;      // no text is cut
    // NULL or "": any
    const char *id;     // how it begins
    const char *class;  // of errors
    const char *finish; // finish_reason, of answers
};

// JSON, malloc'ed: {"end":…,"lines":[{"at":…,"end":…,"id":…,"members":{…},"cut":…}],"next":…,"skipped":…}.
// "next" is the `before` of the next call, or null; "again": true in it: what is asked for is not in memory
// yet. NULL with errno.
char *answer_page_json(const struct answer_page_asked *asked);

#endif
