// The output and the errors file of a run, which may be at work: so much of them as was committed, or ends
// with a line's end.
#ifndef RATION_RESULT_SOURCE_H
#define RATION_RESULT_SOURCE_H

#include "export/result_walk.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum result_source_file { RESULT_SOURCE_ANSWERS, RESULT_SOURCE_ERRORS, RESULT_SOURCE_FILES };

struct result_source {
    int fd[RESULT_SOURCE_FILES]; // -1: there is none
    char *name[RESULT_SOURCE_FILES];
    uint64_t end[RESULT_SOURCE_FILES]; // bytes of it that count
};

// The errors file need not exist; `errors` NULL: the usual name. Of a run at work what its arena says is
// committed; a rollback in the same moment may take its last lines back. 0, or -1 after telling.
// result_source_close() in both cases.
int result_source_open(struct result_source *source, const char *output, const char *errors);
void result_source_close(struct result_source *source);

// A line of either.
struct result_source_line {
    enum result_source_file file;
    uint64_t number, offset;
    const char *text; // without its end
    size_t length;
};
// Each line that counts, the answers first. What `take` returns other than 0 ends it and is returned. An
// errno when a file cannot be read, of which *failed is then set.
typedef int result_source_take(void *context, const struct result_source_line *line);
int result_source_each(const struct result_source *source, result_source_take *take, void *context,
                       enum result_source_file *failed);

// Likewise of one file, from the line at `offset` on; lines are counted from there.
int result_source_from(const struct result_source *source, enum result_source_file file, uint64_t offset,
                       result_source_take *take, void *context);
// Where the last `lines` lines of it begin. 0 or an errno.
int result_source_last(const struct result_source *source, enum result_source_file file, uint64_t lines,
                       uint64_t *offset);

// Bytes of a file into the room. 0 or an errno.
int result_source_read(const struct result_source *source, enum result_source_file file, uint64_t offset,
                       size_t length, struct result_walk_room *room);

#endif
