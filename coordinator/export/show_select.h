// Which lines `ration show` shows, and where they stand.
#ifndef RATION_SHOW_SELECT_H
#define RATION_SHOW_SELECT_H

#include "export/result_source.h"
#include "export/row_join.h"
#include "export/show_options.h"

// Adds them to `join` in the order in which they are to be shown. Of SHOW_IDS each id has one, of length 0
// where there is no line. 0, or -1 after telling.
int show_select(const struct show_options *options, const struct result_source *source,
                struct row_join *join);

#endif
