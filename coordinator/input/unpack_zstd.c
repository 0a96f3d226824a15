#include "input/unpack_zstd.h"

#include "input/unpack.h"
#include "input/unpack_piece.h"

#include <stdint.h>
#include <stdio.h>
#include <zstd.h>

static const char *damaged(size_t code) {
    static char text[160];
    (void)snprintf(text, sizeof(text), "its zstd data is damaged (%s); fetch it again",
                   ZSTD_getErrorName(code));
    return text;
}

static const char *copy(ZSTD_DStream *stream, int from, int to) {
    static char in[UNPACK_PIECE], out[UNPACK_PIECE];
    uint64_t offset = 0;
    size_t left = 1; // 0: a frame has ended
    for (;;) {
        size_t got = 0;
        const char *problem = unpack_piece_read(from, &offset, in, sizeof(in), &got);
        if (problem != NULL) {
            return problem;
        }
        if (got == 0) {
            return left == 0 ? NULL : "its zstd data ends in the middle; fetch it again";
        }
        ZSTD_inBuffer source = {in, got, 0};
        ZSTD_outBuffer target;
        do {
            target = (ZSTD_outBuffer){out, sizeof(out), 0};
            left = ZSTD_decompressStream(stream, &target, &source);
            if (ZSTD_isError(left)) {
                return damaged(left);
            }
            problem = unpack_piece_write(to, out, target.pos);
            if (problem != NULL) {
                return problem;
            }
        } while (source.pos < source.size || target.pos == target.size);
    }
}

const char *unpack_zstd_copy(int from, int to) {
    ZSTD_DStream *stream = ZSTD_createDStream();
    if (stream == NULL) {
        return "out of memory while unpacking it";
    }
    const char *problem = copy(stream, from, to);
    (void)ZSTD_freeDStream(stream);
    return problem;
}
