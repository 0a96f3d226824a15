// The folder that a file stands in, or will. Pure but for parent_folder_writable().
#ifndef RATION_PARENT_FOLDER_H
#define RATION_PARENT_FOLDER_H

#include <limits.h>
#include <stdbool.h>

// Of "a/b" "a", of "/b" "/", of "b" ".". Returns `out`.
const char *parent_folder(const char *path, char out[PATH_MAX]);

// A file may be made there. False with errno.
bool parent_folder_writable(const char *path);

#endif
