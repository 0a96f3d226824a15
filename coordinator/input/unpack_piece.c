#include "input/unpack_piece.h"

#include "system/signals.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *failed(const char *what, const char *todo) {
    static char text[256];
    (void)snprintf(text, sizeof(text), "%s: %s%s", what, strerror(errno), todo);
    return text;
}

const char *unpack_piece_read(int from, uint64_t *offset, char *piece, size_t size, size_t *got) {
    ssize_t n;
    do {
        if (signals_caught()) {
            return "";
        }
        n = pread(from, piece, size, (off_t)*offset);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        return failed("cannot be read", "");
    }
    *got = (size_t)n;
    *offset += (uint64_t)n;
    return NULL;
}

const char *unpack_piece_write(int to, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t n = write(to, bytes, length);
        if (n < 0 && errno != EINTR) {
            return failed("cannot be copied to a temporary file",
                          "; make room there, or set TMPDIR to a folder that has it");
        }
        if (n > 0) {
            bytes += n;
            length -= (size_t)n;
        }
    }
    return NULL;
}
