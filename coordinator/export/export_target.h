// Where an export may be written.
#ifndef RATION_EXPORT_TARGET_H
#define RATION_EXPORT_TARGET_H

#include "export/export_files.h"

// Not over what the run reads or writes: its output and errors file, the input, and each file that its record
// names. 0, or -1 after telling. "-" is allowed.
int export_target_check(const char *path, const struct export_files *files);

#endif
