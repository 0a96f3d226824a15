// A file of the output as the spool of a member: its committed lines, in order, from where the fleet has
// them.
#ifndef RATION_MEMBER_SPOOL_H
#define RATION_MEMBER_SPOOL_H

#include "crew/committed_tail.h"

#include <stdint.h>

struct member_spool {
    struct committed_tail tail;
    uint64_t from, at;   // where the last line that was read begins, and behind it
    uint64_t skip;       // lines before it are the fleet's
    uint64_t line;       // number of the last line that was read, as long as it is one of before
    uint64_t shipped;    // before it all is the fleet's
    uint32_t *before;    // artists of the lines of earlier runs, by their number; or NULL
    uint64_t befores;    // numbers
    uint64_t before_end; // where those lines end
};

// From `offset` on, where a line begins.
void member_spool_seek(struct member_spool *spool, uint64_t offset);
// The next line, and where it ends. 0, EAGAIN, or an errno.
int member_spool_next(struct member_spool *spool, uint64_t committed, const char **line, size_t *length);
void member_spool_free(struct member_spool *spool);

#endif
