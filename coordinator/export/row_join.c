#include "export/row_join.h"

#include "export/spool.h"
#include "export/spread.h"
#include "input/id_table.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

struct place {
    uint64_t offset;
    uint32_t length;
    uint32_t flags;
};
static_assert(sizeof(struct place) == 16, "a power of two, for a spool");
static_assert(sizeof(struct row_join_row) == 16, "a power of two, for a spool");

#define FAILED 1U
#define ANOTHER 2U

struct row_join {
    struct id_table *line_ids, *row_ids;
    uint32_t lines, rows;
    struct spool *line_place, *row_place;
    struct spool *line_of, *row_of; // uint32_t: the other's number + 1, 0: none
};

struct row_join *row_join_new(void) {
    struct row_join *join = calloc(1, sizeof(*join));
    if (join == NULL) {
        return NULL;
    }
    join->line_ids = id_table_new();
    join->row_ids = id_table_new();
    join->line_place = spool_new(sizeof(struct place));
    join->row_place = spool_new(sizeof(struct row_join_row));
    join->line_of = spool_new(sizeof(uint32_t));
    join->row_of = spool_new(sizeof(uint32_t));
    if (join->line_ids == NULL || join->row_ids == NULL || join->line_place == NULL ||
        join->row_place == NULL || join->line_of == NULL || join->row_of == NULL) {
        int error = errno;
        row_join_free(join);
        errno = error;
        return NULL;
    }
    return join;
}

void row_join_free(struct row_join *join) {
    if (join != NULL) {
        id_table_free(join->line_ids);
        id_table_free(join->row_ids);
        spool_free(join->line_place);
        spool_free(join->row_place);
        spool_free(join->line_of);
        spool_free(join->row_of);
        free(join);
    }
}

int row_join_add_line(struct row_join *join, const char *id, size_t length,
                      const struct row_join_line *line) {
    struct place place = {line->offset, line->length,
                          (line->failed ? FAILED : 0) | (line->another ? ANOTHER : 0)};
    if (join->lines >= ID_TABLE_NONE - 1) {
        return EOVERFLOW;
    }
    int error = id_table_add(join->line_ids, id, length, join->lines);
    return error != 0 ? error : spool_put(join->line_place, join->lines++, &place);
}

int row_join_add_row(struct row_join *join, const char *id, size_t length, const struct row_join_row *row) {
    if (join->rows >= ID_TABLE_NONE - 1) {
        return EOVERFLOW;
    }
    int error = id_table_add(join->row_ids, id, length, join->rows);
    return error != 0 ? error : spool_put(join->row_place, join->rows++, row);
}

static int hide(void *context, uint32_t first, uint32_t again) {
    struct row_join *join = context;
    struct place place;
    (void)first;
    int error = spool_get(join->line_place, again, &place);
    place.flags |= ANOTHER;
    return error != 0 ? error : spool_put(join->line_place, again, &place);
}

// Matches come in no order. Put in their places one by one they would move a page or two each.
struct matches {
    struct spread *of_row, *of_line;
};

static int match(void *context, uint32_t line, uint32_t row) {
    struct matches *matches = context;
    if (line == ID_TABLE_NONE) {
        return 0;
    }
    int error = spread_add(matches->of_row, row, line);
    return error != 0 ? error : spread_add(matches->of_line, line, row);
}

static int put_other(void *context, uint32_t number, uint32_t other) {
    uint32_t value = other + 1;
    return spool_put(context, number, &value);
}

static int bring_together(struct row_join *join) {
    struct matches matches = {spread_new(join->rows), spread_new(join->lines)};
    int error = matches.of_row == NULL || matches.of_line == NULL ? ENOMEM : 0;
    error = error != 0 ? error : id_table_join(join->line_ids, join->row_ids, match, &matches);
    error = error != 0 ? error : spread_each(matches.of_row, put_other, join->line_of);
    error = error != 0 ? error : spread_each(matches.of_line, put_other, join->row_of);
    spread_free(matches.of_row);
    spread_free(matches.of_line);
    return error;
}

int row_join_make(struct row_join *join) {
    int error = id_table_duplicates(join->line_ids, hide, join);
    return error != 0 ? error : bring_together(join);
}

uint32_t row_join_lines(const struct row_join *join) {
    return join->lines;
}

uint32_t row_join_rows(const struct row_join *join) {
    return join->rows;
}

static int other(struct spool *spool, uint32_t number, uint32_t *found) {
    uint32_t value = 0;
    int error = spool_get(spool, number, &value);
    *found = value == 0 ? ROW_JOIN_NONE : value - 1;
    return error;
}

int row_join_line_of(struct row_join *join, uint32_t row, uint32_t *line) {
    return other(join->line_of, row, line);
}

int row_join_row_of(struct row_join *join, uint32_t line, uint32_t *row) {
    return other(join->row_of, line, row);
}

int row_join_line(struct row_join *join, uint32_t number, struct row_join_line *line) {
    struct place place = {0};
    int error = spool_get(join->line_place, number, &place);
    *line = (struct row_join_line){place.offset, place.length, (place.flags & FAILED) != 0,
                                   (place.flags & ANOTHER) != 0};
    return error;
}

int row_join_row(struct row_join *join, uint32_t number, struct row_join_row *row) {
    *row = (struct row_join_row){0};
    return spool_get(join->row_place, number, row);
}
