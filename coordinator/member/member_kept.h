// The rows that another machine shares, as a file beside the output that stays for the next start. Private to
// member/.
#ifndef RATION_MEMBER_KEPT_H
#define RATION_MEMBER_KEPT_H

#include "member/member_rows.h"

#include <stdbool.h>

// Where the rows of a run with that output are kept; malloc'ed. NULL after telling.
char *member_kept_path(const char *output, bool lines);
// There they are, as a whole and as they were shared: found, or fetched. Its descriptor, which no other start
// of this output replaces as long as it is open; -1 after telling.
int member_kept_open(struct member_rows *rows, const char *path);

#endif
