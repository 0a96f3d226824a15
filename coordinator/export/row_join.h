// Rows of an input and lines of a run, brought together by their ids, whatever their number: hashes of ids
// (see input/id_table.h), and where each stands, in temporary files. Memory is some 10 MB for ten millions.
#ifndef RATION_ROW_JOIN_H
#define RATION_ROW_JOIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROW_JOIN_NONE UINT32_MAX

struct row_join;

// NULL with errno.
struct row_join *row_join_new(void);
void row_join_free(struct row_join *join);

struct row_join_line {
    uint64_t offset;
    uint32_t length;
    bool failed;  // of the errors file
    bool another; // the id has a line before it, which counts
};
struct row_join_row {
    uint64_t offset, line; // in the input
};

// Each gets the next number, from 0. 0 or an errno.
int row_join_add_line(struct row_join *join, const char *id, size_t length, const struct row_join_line *line);
int row_join_add_row(struct row_join *join, const char *id, size_t length, const struct row_join_row *row);
// When all are added. 0 or an errno.
int row_join_make(struct row_join *join);

uint32_t row_join_lines(const struct row_join *join);
uint32_t row_join_rows(const struct row_join *join);

// 0 or an errno. The number of the other one, or ROW_JOIN_NONE.
int row_join_line_of(struct row_join *join, uint32_t row, uint32_t *line);
int row_join_row_of(struct row_join *join, uint32_t line, uint32_t *row);
int row_join_line(struct row_join *join, uint32_t number, struct row_join_line *line);
int row_join_row(struct row_join *join, uint32_t number, struct row_join_row *row);

#endif
