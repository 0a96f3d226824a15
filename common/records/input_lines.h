// The lines of an input file with what CSV and JSONL have in common: blank lines only at the end, text that
// is UTF-8 without NUL bytes, lines of bounded length.
#ifndef RATION_INPUT_LINES_H
#define RATION_INPUT_LINES_H

#include "ration/line_reader.h"
#include "ration/record_reader.h"
#include "records/problem.h"

struct input_lines {
    struct line_reader *reader;
    struct problem *problem;
};

// The first line of a record: RECORD_OK, RECORD_END, RECORD_BAD (an oversized line), RECORD_FAILED. What is
// wrong with a line that can be read on from is only noted.
enum record_status input_lines_begin(struct input_lines *lines, struct line *line);

// A further line of the same record: likewise.
enum record_status input_lines_more(struct input_lines *lines, struct line *line);

#endif
