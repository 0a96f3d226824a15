#include "records/input_lines.h"

#include "ration/utf8.h"

#include <errno.h>
#include <string.h>

static void check_text(struct problem *problem, const struct line *line) {
    size_t good = utf8_span(line->text, line->length);
    if (good == line->length) {
        return;
    }
    size_t column = utf8_count(line->text, good) + 1;
    unsigned char byte = (unsigned char)line->text[good];
    if (byte == 0) {
        problem_note(problem, line->number, column,
                     "NUL byte; remove it (is the file UTF-16? then say --encoding UTF-16LE)");
    } else {
        problem_note(problem, line->number, column,
                     "byte 0x%02x is not valid UTF-8; if it comes from Windows, say --encoding WINDOWS-1252, "
                     "or convert the file: iconv -f WINDOWS-1252 -t UTF-8",
                     byte);
    }
}

enum record_status input_lines_more(struct input_lines *lines, struct line *line) {
    switch (line_reader_next(lines->reader, line)) {
    case LINE_OK:
        check_text(lines->problem, line);
        return RECORD_OK;
    case LINE_END:
        return RECORD_END;
    case LINE_TOO_LONG:
        problem_stop(lines->problem, line->number, 0,
                     "the record is larger than %u bytes; shorten it, or close the quote that may be open",
                     RECORD_READER_MAX_RECORD);
        return RECORD_BAD;
    case LINE_FAILED:
    default:
        problem_stop(lines->problem, line->number, 0, "cannot be read: %s", strerror(errno));
        return RECORD_FAILED;
    }
}

enum record_status input_lines_begin(struct input_lines *lines, struct line *line) {
    uint64_t blank = 0;
    for (;;) {
        enum record_status status = input_lines_more(lines, line);
        if (status != RECORD_OK) {
            return status;
        }
        if (line->length > 0) {
            break;
        }
        blank = blank == 0 ? line->number : blank;
    }
    if (blank != 0) {
        problem_note(lines->problem, blank, 0, "blank line before the end of the file; remove it");
    }
    return RECORD_OK;
}
