// The formats of an export. Each writes rows one after another and keeps none; what it makes appears whole at
// its end, or not at all.
#ifndef RATION_EXPORT_WRITER_H
#define RATION_EXPORT_WRITER_H

#include "export/export_row.h"

#include <stdbool.h>

enum export_format { EXPORT_CSV, EXPORT_JSONL, EXPORT_SQLITE, EXPORT_BATCH, EXPORT_FORMATS };

struct export_target {
    const char *path;   // of --to
    const char *errors; // EXPORT_BATCH: the file beside it
    bool responses;     // EXPORT_BATCH: bodies of the Responses API, else of chat completions
};

// What is wrong stands in *why, static or the writer's, and is told by the caller with the path.
struct export_writer {
    void *(*open)(const struct export_target *target, const struct columns *columns, const char **why);
    int (*row)(void *writer, const struct export_row *row, const char **why); // 0, or -1
    int (*commit)(void *writer, const char **why);                            // likewise
    void (*free)(void *writer); // without a commit before, nothing has changed
};

const struct export_writer *export_writer_of(enum export_format format);

#endif
