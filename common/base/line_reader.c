#include "ration/line_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_ROOM ((size_t)256 << 10)
#define FIRST_PIECE ((size_t)16 << 10) // after a seek
#define ALONE_PIECE ((size_t)512)      // after a seek to lines that are read alone, unless they are longer

struct line_reader {
    int fd;
    size_t limit;
    char *buffer;
    size_t room;
    size_t begin;   // of the next line
    size_t scanned; // no newline in [begin, scanned)
    size_t filled;
    uint64_t offset; // of buffer[0] in the file
    uint64_t number; // of the next line
    bool at_end;     // nothing follows buffer[filled) in the file
    size_t piece;    // bytes that are read at once
    size_t last;     // bytes of the last line
};

struct line_reader *line_reader_new(int fd, size_t limit) {
    struct line_reader *reader = calloc(1, sizeof(*reader));
    if (reader == NULL) {
        return NULL;
    }
    reader->buffer = malloc(FIRST_ROOM);
    if (reader->buffer == NULL) {
        free(reader);
        return NULL;
    }
    reader->fd = fd;
    reader->limit = limit;
    reader->room = FIRST_ROOM;
    reader->piece = FIRST_ROOM;
    reader->number = 1;
    return reader;
}

void line_reader_free(struct line_reader *reader) {
    if (reader != NULL) {
        free(reader->buffer);
        free(reader);
    }
}

void line_reader_seek(struct line_reader *reader, uint64_t offset, uint64_t number) {
    reader->number = number;
    reader->at_end = false;
    if (offset >= reader->offset && offset <= reader->offset + reader->filled) {
        reader->begin = (size_t)(offset - reader->offset);
        reader->scanned = reader->begin;
        return;
    }
    reader->piece = FIRST_PIECE;
    reader->offset = offset;
    reader->begin = reader->scanned = reader->filled = 0;
}

// Twice as much as the last line, since lines are of a kind. From where little lies between two lines all of
// it is read: that is cheaper than to ask again.
void line_reader_seek_alone(struct line_reader *reader, uint64_t offset, uint64_t number) {
    uint64_t end = reader->offset + reader->filled;
    bool near = offset > end && offset - end < FIRST_PIECE;
    line_reader_seek(reader, offset, number);
    if (reader->filled == 0 && !near) {
        size_t piece = ALONE_PIECE;
        while (piece < 2 * reader->last && piece < FIRST_PIECE) {
            piece *= 2;
        }
        reader->piece = piece;
    }
}

static int grow(struct line_reader *reader) {
    size_t room = reader->room * 2;
    char *buffer = realloc(reader->buffer, room);
    if (buffer == NULL) {
        return -1;
    }
    reader->buffer = buffer;
    reader->room = room;
    return 0;
}

// More bytes of the file behind those of the unfinished line. Each byte is moved at most once for each line
// and copied at most twice by growing, so long lines cost no more than their length.
static int fill(struct line_reader *reader) {
    if (reader->begin > 0) {
        memmove(reader->buffer, reader->buffer + reader->begin, reader->filled - reader->begin);
        reader->offset += reader->begin;
        reader->scanned -= reader->begin;
        reader->filled -= reader->begin;
        reader->begin = 0;
    }
    if (reader->filled == reader->room && grow(reader) != 0) {
        return -1;
    }
    size_t free_room = reader->room - reader->filled;
    ssize_t got;
    do {
        got = pread(reader->fd, reader->buffer + reader->filled,
                    reader->piece < free_room ? reader->piece : free_room,
                    (off_t)(reader->offset + reader->filled));
    } while (got < 0 && errno == EINTR);
    reader->piece = reader->piece < reader->room ? reader->piece * 2 : reader->piece;
    if (got < 0) {
        return -1;
    }
    reader->at_end = got == 0;
    reader->filled += (size_t)got;
    return 0;
}

static enum line_status take(struct line_reader *reader, const char *newline, struct line *line) {
    const char *text = reader->buffer + reader->begin;
    const char *stop = newline != NULL ? newline : reader->buffer + reader->filled;
    line->text = text;
    line->length = (size_t)(stop - text);
    line->end = newline != NULL;
    if (newline != NULL && line->length > 0 && newline[-1] == '\r') {
        line->length--;
        line->end = 2;
    }
    reader->last = line->length + line->end;
    reader->begin += reader->last;
    reader->scanned = reader->begin;
    reader->number++;
    return line->length > reader->limit ? LINE_TOO_LONG : LINE_OK;
}

enum line_status line_reader_next(struct line_reader *reader, struct line *line) {
    for (;;) {
        line->offset = reader->offset + reader->begin;
        line->number = reader->number;
        const char *from = reader->buffer + reader->scanned;
        const char *newline = memchr(from, '\n', reader->filled - reader->scanned);
        if (newline != NULL) {
            return take(reader, newline, line);
        }
        reader->scanned = reader->filled;
        size_t pending = reader->filled - reader->begin;
        if (pending > reader->limit + 1) {
            return LINE_TOO_LONG;
        }
        if (reader->at_end) {
            return pending == 0 ? LINE_END : take(reader, NULL, line);
        }
        if (fill(reader) != 0) {
            return LINE_FAILED;
        }
    }
}
