#include "export/export_jsonl.h"

#include "system/whole_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct jsonl {
    struct whole_file *out;
    const struct columns *columns;
};

static void jsonl_free(void *writer) {
    struct jsonl *jsonl = writer;
    whole_file_free(jsonl->out);
    free(jsonl);
}

static void *jsonl_open(const struct export_target *target, const struct columns *columns, const char **why) {
    struct jsonl *jsonl = calloc(1, sizeof(*jsonl));
    if (jsonl == NULL) {
        *why = strerror(ENOMEM);
        return NULL;
    }
    jsonl->columns = columns;
    jsonl->out = whole_file_open(target->path);
    if (jsonl->out == NULL) {
        *why = strerror(errno);
        jsonl_free(jsonl);
        return NULL;
    }
    return jsonl;
}

static int fail(const struct jsonl *jsonl, const char **why) {
    int error = whole_file_error(jsonl->out);
    *why = strerror(error);
    return error != 0 ? -1 : 0;
}

static int jsonl_row(void *writer, const struct export_row *row, const char **why) {
    struct jsonl *jsonl = writer;
    const char *before = "{";
    for (size_t i = 0; i < columns_count(jsonl->columns); i++) {
        const struct export_cell *cell = &row->cell[i];
        if (cell->kind == EXPORT_CELL_NONE) {
            continue;
        }
        const char *name = columns_at(jsonl->columns, i)->name;
        whole_file_text(jsonl->out, before);
        before = ",";
        whole_file_json(jsonl->out, name, strlen(name));
        whole_file_text(jsonl->out, ":");
        if (cell->kind == EXPORT_CELL_TEXT) {
            whole_file_json(jsonl->out, cell->piece.text, cell->piece.length);
        } else {
            whole_file_put(jsonl->out, cell->piece.text, cell->piece.length);
        }
    }
    whole_file_text(jsonl->out, before[0] == '{' ? "{}\n" : "}\n");
    return fail(jsonl, why);
}

static int jsonl_commit(void *writer, const char **why) {
    struct jsonl *jsonl = writer;
    (void)whole_file_commit(jsonl->out);
    return fail(jsonl, why);
}

const struct export_writer export_jsonl_writer = {jsonl_open, jsonl_row, jsonl_commit, jsonl_free};
