// The output or the errors file of an earlier run: read through without changing it, and its tail mended.
#ifndef RATION_RESULT_FILE_H
#define RATION_RESULT_FILE_H

#include "input/id_table.h"
#include "ration/result_line.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RESULT_FILE_MAX_LINE ((size_t)256 << 20)

// How the file ends.
enum result_tail {
    RESULT_TAIL_WHOLE,
    RESULT_TAIL_NEWLINE, // the last line is whole but for its newline, which is to be added
    RESULT_TAIL_TORN,    // the last line is unfinished and is to be cut
};

struct result_file {
    int fd; // the caller's
    const char *name;
    const struct result_format *format;
    enum result_kind kind;
    struct id_table *ids; // value: the line's number
    uint32_t lines;       // whole ones, 1 to lines
    enum result_tail tail;
    uint64_t length; // of the file
    uint64_t whole;  // bytes up to which its lines are whole
};

// One whole line, without its end.
struct result_row {
    const struct result_format *format;
    uint32_t number;
    const char *text;
    size_t size;
    const char *id; // while scanning; else NULL
    size_t id_length;
};

// Called for each whole line in order. 0, or an errno that ends the reading.
typedef int result_file_line(void *context, const struct result_row *row);

// Reads the file through and fills *file. 0, or -1 after the problem was told as a fatal log line.
// result_file_close() in both cases.
int result_file_scan(struct result_file *file, int fd, const char *name, const struct result_format *format,
                     enum result_kind kind, result_file_line *line, void *context);

// Reads the lines of a scanned file again. 0 or an errno.
int result_file_each(const struct result_file *file, result_file_line *line, void *context);

// The artist_id of one line, made fit for a message of `size` bytes.
void result_file_show_id(const struct result_file *file, uint32_t number, char *shown, size_t size);

// Cuts a torn tail, or adds the missing newline, and syncs; says so. 0, or -1 after the problem was told.
int result_file_mend(struct result_file *file);

void result_file_close(struct result_file *file);

#endif
