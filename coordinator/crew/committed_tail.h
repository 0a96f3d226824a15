// Reads a file of the output while it grows: its whole lines, and never a byte that may still be taken back.
#ifndef RATION_COMMITTED_TAIL_H
#define RATION_COMMITTED_TAIL_H

#include <stddef.h>
#include <stdint.h>

struct committed_tail {
    int fd;      // the caller's, for pread(2)
    uint64_t at; // of the buffer's end in the file
    char *buffer;
    size_t room, begin, scanned, filled; // no newline in [begin, scanned)
};

// From the line that begins at `offset`. committed_tail_end() at the end.
void committed_tail_begin(struct committed_tail *tail, int fd, uint64_t offset);
void committed_tail_end(struct committed_tail *tail);

// The next line, without its end; it is valid until the next call. `committed` bytes of the file are there to
// stay. 0; or an errno; EAGAIN: no more whole line stands there.
int committed_tail_next(struct committed_tail *tail, uint64_t committed, const char **line, size_t *length);

#endif
