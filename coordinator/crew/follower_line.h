// The line of a follower: what its leader's line says, with its own id and name, at no cost.
#ifndef RATION_FOLLOWER_LINE_H
#define RATION_FOLLOWER_LINE_H

#include "ration/result_line.h"

// Adds it behind its head, see row_head.h. Which text came, how it ended, from which model and response, or
// which error: all as its leader's line says. No attempt, no token and no time is its own. `created` is when
// it is written. On failure of memory the text is marked as failed.
void follower_line_add(struct text *out, const struct result_format *format, enum result_kind kind,
                       const struct text *head, const struct result_read *leader, const char *created);

#endif
