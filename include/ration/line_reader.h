// Reads a file line by line with pread(2), from any offset on. Lines of any length up to a limit come whole
// and contiguous; memory is one buffer, as large as the longest line needs.
#ifndef RATION_LINE_READER_H
#define RATION_LINE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Valid until the next line_reader_next() or line_reader_seek().
struct line {
    const char *text; // not NUL-terminated; the line's end follows it
    size_t length;    // without the line's end
    size_t end;       // bytes of the line's end: 2 for CRLF, 1 for LF, 0 when the file ends without one
    uint64_t offset;
    uint64_t number; // 1-based
};

enum line_status { LINE_OK, LINE_END, LINE_TOO_LONG, LINE_FAILED };

struct line_reader;

// `fd` stays the caller's. A line of more than `limit` bytes is LINE_TOO_LONG. NULL when out of memory. It
// begins at offset 0, line 1.
struct line_reader *line_reader_new(int fd, size_t limit);
void line_reader_free(struct line_reader *reader);

void line_reader_seek(struct line_reader *reader, uint64_t offset, uint64_t number);
// The same for who wants the one line there, or a few: no more of the file is read than those are likely to
// need.
void line_reader_seek_alone(struct line_reader *reader, uint64_t offset, uint64_t number);

// After LINE_TOO_LONG `line` has the offset and the number. LINE_FAILED: errno, also ENOMEM. After
// either of the two only a seek leads on.
enum line_status line_reader_next(struct line_reader *reader, struct line *line);

#endif
