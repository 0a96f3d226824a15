#include "export/show_select.h"

#include "export/export_tell.h"
#include "export/result_usual.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct select {
    const struct show_options *options;
    const struct result_source *source;
    struct row_join *join;
    struct result_walk_room room;
    struct result_usual usual;
    struct row_join_line *found; // SHOW_IDS: of each; SHOW_SAMPLE: those kept
    size_t count;                // of them
    uint64_t seen;               // SHOW_SAMPLE: lines so far
};

static struct row_join_line place_of(const struct result_source_line *line) {
    return (struct row_join_line){.offset = line->offset,
                                  .length = (uint32_t)line->length,
                                  .failed = line->file == RESULT_SOURCE_ERRORS};
}

// The id of a line in the room; NULL with 0 in *error: it is none.
static const char *id_of(struct select *select, const struct result_source_line *line, size_t *length,
                         int *error) {
    struct result_walk walk;
    *error = 0;
    if (line->length > UINT32_MAX || !result_usual_begin(&select->usual, line->text, line->length, &walk)) {
        *error = result_usual_starved(&select->usual) ? ENOMEM : 0;
        return NULL;
    }
    const char *id = result_walk_text(&walk.id, &select->room, length);
    *error = id == NULL ? ENOMEM : 0;
    return id;
}

static int add(void *context, const struct result_source_line *line) {
    struct select *select = context;
    size_t length;
    int error;
    const struct row_join_line place = place_of(line);
    const char *id = id_of(select, line, &length, &error);
    return id == NULL ? error : row_join_add_line(select->join, id, length, &place);
}

static int look_for_ids(void *context, const struct result_source_line *line) {
    struct select *select = context;
    size_t length;
    int error;
    const char *id = id_of(select, line, &length, &error);
    for (size_t i = 0; id != NULL && i < select->count; i++) {
        const char *wanted = select->options->ids[i];
        if (select->found[i].length == 0 && strlen(wanted) == length && memcmp(wanted, id, length) == 0) {
            select->found[i] = place_of(line);
        }
    }
    return error;
}

// Each line with the same chance: the one numbered n takes the place of a kept one with a chance of kept/n.
static int sample(void *context, const struct result_source_line *line) {
    struct select *select = context;
    select->seen++;
    if (select->count < select->options->number) {
        select->found[select->count++] = place_of(line);
        return 0;
    }
    if (select->seen > UINT32_MAX) {
        return 0;
    }
    uint32_t place = arc4random_uniform((uint32_t)select->seen);
    if (place < select->count) {
        select->found[place] = place_of(line);
    }
    return 0;
}

static int by_place(const void *a, const void *b) {
    const struct row_join_line *one = a, *other = b;
    if (one->failed != other->failed) {
        return one->failed ? 1 : -1;
    }
    return one->offset < other->offset ? -1 : one->offset > other->offset;
}

static int add_sampled(struct select *select) {
    struct result_walk_room line = {0};
    int error = 0;
    qsort(select->found, select->count, sizeof(*select->found), by_place);
    for (size_t i = 0; i < select->count && error == 0; i++) {
        const struct row_join_line *one = &select->found[i];
        enum result_source_file file = one->failed ? RESULT_SOURCE_ERRORS : RESULT_SOURCE_ANSWERS;
        error = result_source_read(select->source, file, one->offset, one->length, &line);
        const struct result_source_line whole = {file, 0, one->offset, line.text, one->length};
        error = error != 0 ? error : add(select, &whole);
    }
    free(line.text);
    return error;
}

static int add_ids(struct select *select) {
    int error = 0;
    for (size_t i = 0; i < select->count && error == 0; i++) {
        const char *id = select->options->ids[i];
        error = row_join_add_line(select->join, id, strlen(id), &select->found[i]);
    }
    return error;
}

static int take(struct select *select) {
    const struct show_options *options = select->options;
    const struct result_source *source = select->source;
    enum result_source_file failed;
    uint64_t offset;
    int error;
    switch (options->what) {
    case SHOW_FAILED:
        return source->fd[RESULT_SOURCE_ERRORS] < 0
                   ? 0
                   : result_source_from(source, RESULT_SOURCE_ERRORS, 0, add, select);
    case SHOW_SAMPLE:
        error = result_source_each(source, sample, select, &failed);
        return error != 0 ? error : add_sampled(select);
    case SHOW_IDS:
        error = result_source_each(source, look_for_ids, select, &failed);
        return error != 0 ? error : add_ids(select);
    case SHOW_LAST:
    default:
        error = result_source_last(source, RESULT_SOURCE_ANSWERS, options->number, &offset);
        return error != 0 ? error : result_source_from(source, RESULT_SOURCE_ANSWERS, offset, add, select);
    }
}

int show_select(const struct show_options *options, const struct result_source *source,
                struct row_join *join) {
    struct select select = {.options = options, .source = source, .join = join};
    size_t room = options->what == SHOW_SAMPLE ? options->number : 0;
    while (options->what == SHOW_IDS && options->ids[room] != NULL) {
        room++;
    }
    select.count = options->what == SHOW_IDS ? room : 0;
    select.found = calloc(room + 1, sizeof(*select.found));
    int error = select.found == NULL ? ENOMEM : take(&select);
    free(select.found);
    free(select.room.text);
    result_usual_free(&select.usual);
    if (error != 0) {
        export_tell("%s", strerror(error));
    }
    return error != 0 ? -1 : 0;
}
