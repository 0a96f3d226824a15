#include "output/result_ids.h"

#include "ration/log.h"
#include "ration/utf8.h"

#include <inttypes.h>
#include <string.h>

// Lines that cannot be: the first of them, and how many.
struct wrong {
    uint32_t line;
    uint32_t other; // the earlier line of the same artist
    uint64_t total;
};

struct join {
    int (*take)(void *context, uint32_t artist, uint32_t line);
    void *context;
    struct wrong unknown;
};

static void note_wrong(struct wrong *wrong, uint32_t line, uint32_t other) {
    if (wrong->total++ == 0 || line < wrong->line) {
        wrong->line = line;
        wrong->other = other;
    }
}

static int note_duplicate(void *context, uint32_t first, uint32_t again) {
    note_wrong(context, again, first);
    return 0;
}

static int failed(const struct result_file *file, int error) {
    log_fatal("input", "%s: cannot be compared with the input: %s", file->name, strerror(error));
    return -1;
}

int result_ids_unique(const struct result_file *file) {
    struct wrong wrong = {.total = 0};
    int error = id_table_duplicates(file->ids, note_duplicate, &wrong);
    if (error != 0) {
        return failed(file, error);
    }
    if (wrong.total == 0) {
        return 0;
    }
    char id[UTF8_PRINTABLE_SIZE];
    result_file_show_id(file, wrong.line, id, sizeof(id));
    log_fatal("input",
              "%s:%" PRIu32 ": %s \"%s\" is already on line %" PRIu32 " (%" PRIu64
              " such lines); remove one of each",
              file->name, wrong.line, file->format->id_key, id, wrong.other, wrong.total);
    return -1;
}

static int join_line(void *context, uint32_t artist, uint32_t line) {
    struct join *join = context;
    if (artist == ID_TABLE_NONE) {
        note_wrong(&join->unknown, line, 0);
        return 0;
    }
    return join->take(join->context, artist, line);
}

int result_ids_join(struct id_table *ids, const struct result_file *file,
                    int (*take)(void *context, uint32_t artist, uint32_t line), void *context) {
    struct join join = {.take = take, .context = context};
    int error = id_table_join(ids, file->ids, join_line, &join);
    if (error != 0) {
        return failed(file, error);
    }
    if (join.unknown.total == 0) {
        return 0;
    }
    char id[UTF8_PRINTABLE_SIZE];
    result_file_show_id(file, join.unknown.line, id, sizeof(id));
    log_fatal("input",
              "%s:%" PRIu32 ": %s \"%s\" is not in the input (%" PRIu64
              " such lines); give the input of that run, or another output",
              file->name, join.unknown.line, file->format->id_key, id, join.unknown.total);
    return -1;
}
