// A small file that an option names, read whole.
#ifndef RATION_SMALL_FILE_H
#define RATION_SMALL_FILE_H

#include <stddef.h>
#include <sys/stat.h>

// NUL-terminated and malloc'ed, with `most` + 2 bytes of room; the caller wipes it if it is secret. NULL
// after telling why, with the option's name. *status is the file's.
char *small_file_read(const char *option, const char *path, size_t most, size_t *length, struct stat *status);

#endif
