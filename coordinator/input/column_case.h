// Columns that were named in another case than they have.
#ifndef RATION_COLUMN_CASE_H
#define RATION_COLUMN_CASE_H

#include "input/input_index.h"
#include "ration/settings.h"

// Tells once for each name of --keep, --params-column and the request which column is taken for it. Of an
// input whose columns are known before it is read, CSV. 0, or -1, told, when out of memory or where several
// columns may be meant.
int column_case_tell(const struct settings *settings, const struct input_index *index);

#endif
