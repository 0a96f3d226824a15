#include "crew/committed_tail.h"

#include "ration/file_io.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PIECE ((size_t)256 << 10)

void committed_tail_begin(struct committed_tail *tail, int fd, uint64_t offset) {
    *tail = (struct committed_tail){.fd = fd, .at = offset};
}

void committed_tail_end(struct committed_tail *tail) {
    free(tail->buffer);
    *tail = (struct committed_tail){.fd = -1};
}

static int make_room(struct committed_tail *tail, size_t wanted) {
    if (tail->begin > 0) {
        tail->filled -= tail->begin;
        tail->scanned -= tail->begin;
        memmove(tail->buffer, tail->buffer + tail->begin, tail->filled);
        tail->begin = 0;
    }
    // What one long line needed is given back.
    size_t room = tail->filled + wanted < PIECE ? PIECE : tail->filled + wanted;
    if (room > tail->room || (tail->room > 2 * PIECE && room == PIECE)) {
        char *buffer = realloc(tail->buffer, room);
        if (buffer == NULL) {
            return ENOMEM;
        }
        tail->buffer = buffer;
        tail->room = room;
    }
    return 0;
}

static int fill(struct committed_tail *tail, uint64_t committed) {
    if (tail->at >= committed) {
        return EAGAIN;
    }
    uint64_t more = committed - tail->at;
    size_t size = more < PIECE ? (size_t)more : PIECE;
    int error = make_room(tail, size);
    if (error == 0) {
        error = file_io_read(tail->fd, tail->buffer + tail->filled, size, tail->at);
    }
    if (error == 0) {
        tail->filled += size;
        tail->at += size;
    }
    return error;
}

int committed_tail_next(struct committed_tail *tail, uint64_t committed, const char **line, size_t *length) {
    for (;;) {
        const char *newline = NULL;
        if (tail->scanned < tail->filled) {
            newline = memchr(tail->buffer + tail->scanned, '\n', tail->filled - tail->scanned);
        }
        if (newline != NULL) {
            *line = tail->buffer + tail->begin;
            *length = (size_t)(newline - *line);
            *length -= *length > 0 && newline[-1] == '\r';
            tail->begin = tail->scanned = (size_t)(newline - tail->buffer) + 1;
            return 0;
        }
        tail->scanned = tail->filled;
        int error = fill(tail, committed);
        if (error != 0) {
            return error;
        }
    }
}
