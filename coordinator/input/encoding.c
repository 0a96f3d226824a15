#include "input/encoding.h"

#include "input/unpack.h"
#include "input/unpack_piece.h"

#include <errno.h>
#include <iconv.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define NONE ((iconv_t)-1)

bool encoding_plain(const char *name) {
    return strcasecmp(name, "UTF-8") == 0 || strcasecmp(name, "UTF8") == 0;
}

bool encoding_known(const char *name) {
    iconv_t known = iconv_open("UTF-8", name);
    if (known != NONE) {
        (void)iconv_close(known);
    }
    return known != NONE && strchr(name, '/') == NULL; // no //IGNORE: nothing is lost without a word
}

static uint64_t lines_in(const char *bytes, size_t length) {
    uint64_t lines = 0;
    for (size_t i = 0; i < length; i++) {
        lines += bytes[i] == '\n';
    }
    return lines;
}

static const char *no_character(const char *name, uint64_t line, char byte) {
    static char text[256];
    (void)snprintf(text, sizeof(text),
                   "line %" PRIu64 " has the byte 0x%02x, which is no %s; correct --encoding, or the file",
                   line, (unsigned char)byte, name);
    return text;
}

// All of `in` but for the beginning of a character at its end; *left bytes stay of it.
static const char *convert(iconv_t tool, const char *name, char *in, size_t length, int to, uint64_t *line,
                           size_t *left) {
    static char out[UNPACK_PIECE];
    *left = length;
    for (;;) {
        char *target = out;
        size_t room = sizeof(out);
        size_t status = iconv(tool, &in, left, &target, &room);
        int error = errno;
        *line += lines_in(out, sizeof(out) - room);
        const char *problem = unpack_piece_write(to, out, sizeof(out) - room);
        if (problem != NULL) {
            return problem;
        }
        if (status != (size_t)-1 || error == EINVAL) {
            return NULL;
        }
        if (error != E2BIG) {
            return no_character(name, *line, *in);
        }
    }
}

static const char *copy(iconv_t tool, const char *name, int from, int to) {
    static char in[UNPACK_PIECE];
    uint64_t offset = 0, line = 1;
    size_t left = 0;
    for (;;) {
        size_t got = 0;
        const char *problem = unpack_piece_read(from, &offset, in + left, sizeof(in) - left, &got);
        if (problem != NULL) {
            return problem;
        }
        if (got == 0) {
            return left == 0 ? NULL : no_character(name, line, in[0]);
        }
        size_t length = left + got;
        problem = convert(tool, name, in, length, to, &line, &left);
        if (problem != NULL) {
            return problem;
        }
        memmove(in, in + length - left, left);
    }
}

const char *encoding_copy(const char *name, int from, int to) {
    iconv_t tool = iconv_open("UTF-8", name);
    if (tool == NONE) {
        return "its encoding is not known here";
    }
    const char *problem = copy(tool, name, from, to);
    (void)iconv_close(tool);
    return problem;
}
