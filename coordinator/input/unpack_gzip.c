#include "input/unpack_gzip.h"

#include "input/unpack.h"
#include "input/unpack_piece.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#define GZIP_ONLY (15 + 16) // the largest window, with gzip's own header

static const char *damaged(const z_stream *stream) {
    static char text[160];
    (void)snprintf(text, sizeof(text), "its gzip data is damaged (%s); fetch it again",
                   stream->msg != NULL ? stream->msg : "no more is known");
    return text;
}

// What zlib makes of the input it has. *ended: of one packed file, behind which another may begin.
static const char *inflate_piece(z_stream *stream, int to, bool *ended) {
    static char out[UNPACK_PIECE];
    do {
        stream->next_out = (unsigned char *)out;
        stream->avail_out = sizeof(out);
        int status = inflate(stream, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
            return status == Z_MEM_ERROR ? "out of memory while unpacking it" : damaged(stream);
        }
        const char *problem = unpack_piece_write(to, out, sizeof(out) - stream->avail_out);
        if (problem != NULL) {
            return problem;
        }
        *ended = status == Z_STREAM_END;
    } while (!*ended && (stream->avail_in > 0 || stream->avail_out == 0));
    return NULL;
}

// Behind one packed file: zeros that fill a block, or the next one.
static bool only_zeros(z_stream *stream) {
    while (stream->avail_in > 0 && *stream->next_in == 0) {
        stream->next_in++;
        stream->avail_in--;
    }
    return stream->avail_in == 0;
}

static const char *copy(z_stream *stream, int from, int to) {
    static char in[UNPACK_PIECE];
    uint64_t offset = 0;
    bool ended = false;
    for (;;) {
        size_t got = 0;
        const char *problem = unpack_piece_read(from, &offset, in, sizeof(in), &got);
        if (problem != NULL) {
            return problem;
        }
        if (got == 0) {
            return ended ? NULL : "its gzip data ends in the middle; fetch it again";
        }
        stream->next_in = (unsigned char *)in;
        stream->avail_in = (unsigned)got;
        while (stream->avail_in > 0 && (!ended || !only_zeros(stream))) {
            if (ended && inflateReset(stream) != Z_OK) {
                return damaged(stream);
            }
            problem = inflate_piece(stream, to, &ended);
            if (problem != NULL) {
                return problem;
            }
        }
    }
}

const char *unpack_gzip_copy(int from, int to) {
    z_stream stream;
    memset(&stream, 0, sizeof(stream));
    if (inflateInit2(&stream, GZIP_ONLY) != Z_OK) {
        return "out of memory while unpacking it";
    }
    const char *problem = copy(&stream, from, to);
    (void)inflateEnd(&stream);
    return problem;
}
