#include "export/export_pass_parts.h"

#include "export/export_tell.h"
#include "system/signals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct export_pass *export_pass_new(const struct export_options *options, struct result_source *source,
                                    struct export_input *input) {
    struct export_pass *pass = calloc(1, sizeof(*pass));
    if (pass == NULL) {
        export_tell("out of memory");
        return NULL;
    }
    pass->source = source;
    pass->input = input;
    pass->flatten = options->flatten;
    pass->order = options->order != EXPORT_ORDER_USUAL ? options->order
                  : input != NULL                      ? EXPORT_ORDER_INPUT
                                                       : EXPORT_ORDER_ARRIVAL;
    pass->columns = columns_new(options->flatten);
    pass->join = row_join_new();
    pass->sorter = pass->order == EXPORT_ORDER_ID ? sqlite_sorter_new() : NULL;
    if (pass->columns == NULL || pass->join == NULL ||
        (pass->order == EXPORT_ORDER_ID && pass->sorter == NULL)) {
        export_tell("no temporary file can be made: %s; $TMPDIR names where", strerror(errno));
        export_pass_free(pass);
        return NULL;
    }
    return pass;
}

void export_pass_free(struct export_pass *pass) {
    if (pass != NULL) {
        export_row_end(&pass->row);
        columns_free(pass->columns);
        row_join_free(pass->join);
        sqlite_sorter_free(pass->sorter);
        free(pass->room.text);
        free(pass->line.text);
        result_usual_free(&pass->usual);
        free(pass);
    }
}

struct columns *export_pass_columns(struct export_pass *pass) {
    return pass->columns;
}

const struct export_counts *export_pass_counts(const struct export_pass *pass) {
    return &pass->counts;
}

int export_pass_tell(int error) {
    if (error == E2BIG) {
        export_tell("more than %u columns; name those that are wanted with --columns, or leave out --flatten",
                    COLUMNS_MOST);
    } else {
        export_tell("%s%s", strerror(error),
                    error == ENOSPC ? "; $TMPDIR names where temporary files are made" : "");
    }
    return -1;
}

int export_pass_sort(struct export_pass *pass, const char *id, size_t length, uint64_t number) {
    const char *why;
    if (pass->sorter == NULL || sqlite_sorter_add(pass->sorter, id, length, number, &why) == 0) {
        return 0;
    }
    export_tell("sorting by id: %s", why);
    return -1;
}

static int give(struct export_pass *pass, const struct record *record, const struct result_walk *walk,
                bool failed) {
    struct export_row *row = &pass->row;
    row->record = record;
    row->walk = walk;
    row->state = walk == NULL ? EXPORT_OPEN : failed ? EXPORT_FAILED : EXPORT_DONE;
    int error = export_row_spread(row, pass->columns);
    if (error != 0) {
        return export_pass_tell(error);
    }
    pass->counts.rows++;
    *(walk == NULL ? &pass->counts.open : failed ? &pass->counts.failed : &pass->counts.done) += 1;
    return pass->take(pass->context, row);
}

// The line, which may have changed since it was looked at: then nothing that was joined is true any more.
static int fetch(struct export_pass *pass, uint32_t number, struct result_walk *walk,
                 struct row_join_line *line) {
    int error = row_join_line(pass->join, number, line);
    if (error == 0) {
        error = result_source_read(pass->source, line->failed ? RESULT_SOURCE_ERRORS : RESULT_SOURCE_ANSWERS,
                                   line->offset, line->length, &pass->line);
    }
    bool is_line = error == 0 && result_usual_begin(&pass->usual, pass->line.text, line->length, walk);
    if (error == 0 && !is_line && result_usual_starved(&pass->usual)) {
        error = ENOMEM;
    }
    if (error == EIO || (error == 0 && !is_line)) {
        export_tell("%s: was changed while it was read; export it again",
                    pass->source->name[line->failed ? RESULT_SOURCE_ERRORS : RESULT_SOURCE_ANSWERS]);
        return -1;
    }
    return error != 0 ? export_pass_tell(error) : 0;
}

static int give_record(struct export_pass *pass, const struct record *record, uint32_t line) {
    struct result_walk walk;
    struct row_join_line place;
    pass->row.id = (struct json_piece){record->id.text, record->id.length};
    if (line == ROW_JOIN_NONE) {
        return give(pass, record, NULL, false);
    }
    return fetch(pass, line, &walk, &place) != 0 ? -1 : give(pass, record, &walk, place.failed);
}

static int give_line(struct export_pass *pass, uint32_t number) {
    struct result_walk walk;
    struct row_join_line place;
    size_t length;
    if (fetch(pass, number, &walk, &place) != 0) {
        return -1;
    }
    const char *id = result_walk_text(&walk.id, &pass->room, &length);
    if (id == NULL) {
        return export_pass_tell(ENOMEM);
    }
    pass->row.id = (struct json_piece){id, length};
    return give(pass, NULL, &walk, place.failed);
}

// Row `number` of the input, which is not read in its order.
static int give_row(struct export_pass *pass, uint32_t number) {
    struct row_join_row place;
    struct record record;
    uint32_t line;
    int error = row_join_row(pass->join, number, &place);
    error = error != 0 ? error : row_join_line_of(pass->join, number, &line);
    if (error != 0) {
        return export_pass_tell(error);
    }
    export_input_seek(pass->input, place.offset, place.line);
    int status = export_input_next(pass->input, &record);
    if (status == 0) {
        export_tell("the input was changed while it was read; export again");
    }
    return status > 0 ? give_record(pass, &record, line) : -1;
}

static int in_order_of_input(struct export_pass *pass) {
    struct record record;
    int status = 0;
    export_input_rewind(pass->input);
    for (uint32_t row = 0; row < row_join_rows(pass->join); row++) {
        uint32_t line;
        status = export_input_next(pass->input, &record);
        if (status <= 0 || signals_caught()) {
            return -1;
        }
        int error = row_join_line_of(pass->join, row, &line);
        if (error != 0) {
            return export_pass_tell(error);
        }
        if (give_record(pass, &record, line) != 0) {
            return -1;
        }
    }
    return 0;
}

// Calls `one` for each line that counts, with its row or ROW_JOIN_NONE.
static int each_line(struct export_pass *pass,
                     int (*one)(struct export_pass *pass, uint32_t line, uint32_t row)) {
    for (uint32_t number = 0; number < row_join_lines(pass->join); number++) {
        struct row_join_line line;
        uint32_t row;
        int error = row_join_line(pass->join, number, &line);
        error = error != 0 ? error : row_join_row_of(pass->join, number, &row);
        if (error != 0) {
            return export_pass_tell(error);
        }
        if (signals_caught() || (!line.another && one(pass, number, row) != 0)) {
            return -1;
        }
    }
    return 0;
}

static int arrived(struct export_pass *pass, uint32_t line, uint32_t row) {
    pass->counts.strangers += pass->input != NULL && row == ROW_JOIN_NONE;
    return row == ROW_JOIN_NONE ? give_line(pass, line) : give_row(pass, row);
}

// Paid for, and without a row: not lost.
static int strange(struct export_pass *pass, uint32_t line, uint32_t row) {
    if (row != ROW_JOIN_NONE) {
        return 0;
    }
    pass->counts.strangers++;
    return give_line(pass, line);
}

static int sort_strange(struct export_pass *pass, uint32_t number, uint32_t row) {
    struct result_walk walk;
    struct row_join_line place;
    size_t length;
    if (row != ROW_JOIN_NONE) {
        return 0;
    }
    pass->counts.strangers += pass->input != NULL;
    if (fetch(pass, number, &walk, &place) != 0) {
        return -1;
    }
    const char *id = result_walk_text(&walk.id, &pass->room, &length);
    return id == NULL ? export_pass_tell(ENOMEM)
                      : export_pass_sort(pass, id, length, (uint64_t)row_join_rows(pass->join) + number);
}

static int in_order_of_ids(struct export_pass *pass) {
    uint64_t number;
    const char *why;
    int status;
    if (each_line(pass, sort_strange) != 0) {
        return -1;
    }
    while ((status = sqlite_sorter_next(pass->sorter, &number, &why)) > 0) {
        uint32_t rows = row_join_rows(pass->join);
        if (signals_caught() || (number < rows ? give_row(pass, (uint32_t)number)
                                               : give_line(pass, (uint32_t)(number - rows))) != 0) {
            return -1;
        }
    }
    if (status < 0) {
        export_tell("sorting by id: %s", why);
    }
    return status;
}

int export_pass_rows(struct export_pass *pass, export_pass_take *take, void *context) {
    int error = export_row_begin(&pass->row, pass->columns);
    pass->take = take;
    pass->context = context;
    if (error != 0) {
        return export_pass_tell(error);
    }
    if (pass->order == EXPORT_ORDER_ARRIVAL) {
        return each_line(pass, arrived);
    }
    if (pass->order == EXPORT_ORDER_ID) {
        return in_order_of_ids(pass);
    }
    return in_order_of_input(pass) != 0 ? -1 : each_line(pass, strange);
}
