// What resuming must know of a line in the output or errors file. Pure.
#ifndef RATION_RESULT_LINE_H
#define RATION_RESULT_LINE_H

#include <stdbool.h>
#include <stddef.h>

// Large enough for any artist_id of an input, with its NUL.
#define RESULT_LINE_ID_SIZE 1024

enum result_kind { RESULT_ANSWER, RESULT_ERROR };

// The artist_id of a line (without its end) in id[], its length in *length. A line as ration writes it is not
// parsed as a whole: it must begin with the artist_id, end with the object's end, and not hold a second
// beginning. Any other line is parsed. False: it is not a JSON object with an artist_id that an input can
// have.
bool result_line_id(const char *text, size_t size, char id[RESULT_LINE_ID_SIZE], size_t *length);

// The class of an error line, shortened to `size`. False: there is none.
bool result_line_class(const char *text, size_t size, char *class, size_t class_size);
// Of a line of the errors file: nothing was left to compare the artist with, so it is not certain that it was
// its fault.
bool result_line_unproven(const char *text, size_t size);

// The input_hash of an answer line as it stands there; false: it has none. For telling which answers were
// made from an input that has changed since.
bool result_line_input_hash(const char *text, size_t size, const char **hash, size_t *length);

// The line is one JSON object to the last byte, with the keys that a line of that kind has.
bool result_line_is_whole(const char *text, size_t size, enum result_kind kind);

// It can be the beginning of a line that ration did not finish writing, or the zeros that a machine's crash
// left.
bool result_line_is_torn(const char *text, size_t size);

#endif
