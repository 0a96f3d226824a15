// A file that takes its name only when it is whole and on the disk, or standard output. Nobody ever sees half
// a file, and what stood there before stays until then.
#ifndef RATION_WHOLE_FILE_H
#define RATION_WHOLE_FILE_H

#include <stddef.h>

struct whole_file;

// "-": standard output. A name that leads to no regular file (/dev/stdout, a FIFO) is written to as it is.
// NULL with errno.
struct whole_file *whole_file_open(const char *path);

// Buffered. What fails is told by whole_file_commit().
void whole_file_put(struct whole_file *file, const char *text, size_t length);
void whole_file_text(struct whole_file *file, const char *text);
// As a JSON string, with its quotes; the text is valid UTF-8.
void whole_file_json(struct whole_file *file, const char *text, size_t length);
// The errno of what has failed so far, or 0.
int whole_file_error(const struct whole_file *file);

// To the disk; then it has its name. 0 or an errno. whole_file_free() in any case: without this before,
// nothing has changed.
int whole_file_commit(struct whole_file *file);
void whole_file_free(struct whole_file *file);

// For a file that something else writes: a new name beside `path`, of an empty file; malloc'ed. NULL with
// errno. *target is where `path` leads to, malloc'ed as well.
char *whole_file_beside(const char *path, char **target);
// Syncs that file, gives it its name, and syncs the folder. 0 or an errno.
int whole_file_rename(const char *fresh, const char *target);

#endif
