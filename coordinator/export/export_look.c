#include "export/export_look.h"

#include "export/export_pass_parts.h"
#include "export/export_tell.h"
#include "system/signals.h"

#include <errno.h>
#include <inttypes.h>

#define BROKEN_TOLD 3U

static int note_record(struct export_pass *pass, const struct record *record) {
    size_t id = export_input_id(record);
    for (size_t i = 0; i < record->columns; i++) {
        if (columns_input(pass->columns, record->column[i], i) == SIZE_MAX) {
            int error = columns_note_input(pass->columns, record->column[i], i == id);
            if (error != 0) {
                return export_pass_tell(error);
            }
        }
    }
    const struct row_join_row place = {record->offset, record->line};
    uint64_t number = row_join_rows(pass->join);
    int error = row_join_add_row(pass->join, record->id.text, record->id.length, &place);
    return error != 0 ? export_pass_tell(error)
                      : export_pass_sort(pass, record->id.text, record->id.length, number);
}

// Of an input without rows: its header.
static int note_header(struct export_pass *pass) {
    const char *const *names;
    size_t count = export_input_columns(pass->input, &names);
    int error = 0;
    for (size_t i = 0; i < count && error == 0; i++) {
        error = columns_note_input(pass->columns, names[i], false);
    }
    return error != 0 ? export_pass_tell(error) : 0;
}

static int look_at_input(struct export_pass *pass) {
    struct record record;
    int status;
    while ((status = export_input_next(pass->input, &record)) > 0) {
        if (signals_caught() || note_record(pass, &record) != 0) {
            return -1;
        }
    }
    return status == 0 && row_join_rows(pass->join) == 0 ? note_header(pass) : status;
}

struct noting {
    struct export_pass *pass;
    bool failed;
};

static int note_leaf(void *context, const struct result_walk_leaf *leaf) {
    struct noting *noting = context;
    return columns_note_leaf(noting->pass->columns, leaf, noting->failed);
}

static void tell_broken(struct export_pass *pass, const struct result_source_line *line) {
    pass->counts.broken++;
    if (pass->counts.broken <= BROKEN_TOLD) {
        export_tell("%s:%" PRIu64 ": is no line as ration writes it; left out%s",
                    pass->source->name[line->file], line->number,
                    pass->counts.broken == BROKEN_TOLD ? "; further ones are not told" : "");
    }
}

static int note_line(void *context, const struct result_source_line *line) {
    struct export_pass *pass = context;
    struct noting noting = {pass, line->file == RESULT_SOURCE_ERRORS};
    struct result_walk walk;
    size_t length;
    if (signals_caught()) {
        return ECANCELED;
    }
    if (line->length > UINT32_MAX || !result_usual_begin(&pass->usual, line->text, line->length, &walk)) {
        if (result_usual_starved(&pass->usual)) {
            return ENOMEM;
        }
        tell_broken(pass, line);
        return 0;
    }
    const char *id = result_walk_text(&walk.id_key, &pass->room, &length);
    int error = id != NULL ? columns_note_id(pass->columns, id) : ENOMEM;
    if (error == 0) {
        error = result_walk_each(&walk, pass->flatten, &pass->room, note_leaf, &noting);
    }
    id = error == 0 ? result_walk_text(&walk.id, &pass->room, &length) : NULL;
    if (id == NULL) {
        return error != 0 ? error : ENOMEM;
    }
    const struct row_join_line place = {line->offset, (uint32_t)line->length, noting.failed, false};
    return row_join_add_line(pass->join, id, length, &place);
}

int export_look(struct export_pass *pass) {
    enum result_source_file failed = RESULT_SOURCE_ANSWERS;
    if (pass->input != NULL && look_at_input(pass) != 0) {
        return -1;
    }
    int error = result_source_each(pass->source, note_line, pass, &failed);
    if (error == ECANCELED) {
        return -1;
    }
    if (error != 0) {
        export_tell("%s: while it was read:", pass->source->name[failed]);
        return export_pass_tell(error);
    }
    error = row_join_make(pass->join);
    return error != 0 ? export_pass_tell(error) : 0;
}
