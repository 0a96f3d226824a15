// Removes lines from the errors file, in one step: at any moment the name leads to the old file or to the new one.
#ifndef ERRORS_FILE_H
#define ERRORS_FILE_H

#include "bits.h"
#include "result_file.h"

// The lines whose number is in `keep` stay. `file` was scanned; its descriptor is the old file afterwards. 0, or -1 after the
// problem was told, with the old file in place.
int errors_file_rewrite(const struct result_file *file, const struct bits *keep);

#endif
