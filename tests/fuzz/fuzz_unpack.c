// Packed and recoded inputs: damaged ones are told, never followed; what iconv makes is UTF-8.
#include "fuzz_bytes.h"
#include "input/encoding.h"
#include "input/input_delimiter.h"
#include "input/unpack.h"
#include "ration/utf8.h"

#define MOST (1U << 20) // bytes that are looked at

static int empty_file(int *fd) {
    if (*fd < 0) {
        *fd = memfd_create("fuzz", MFD_CLOEXEC);
    }
    FUZZ_CHECK(*fd >= 0 && ftruncate(*fd, 0) == 0 && lseek(*fd, 0, SEEK_SET) == 0);
    return *fd;
}

static void check_utf8(int fd) {
    static char text[MOST];
    ssize_t length = pread(fd, text, sizeof(text), 0);
    FUZZ_CHECK(length >= 0);
    for (size_t at = 0; at < (size_t)length; at++) {
        at += utf8_span(text + at, (size_t)length - at);
        FUZZ_CHECK(at >= (size_t)length || text[at] == '\0' ||
                   (size_t)length == MOST); // NUL is the reader's to tell
    }
}

int fuzz_unpack(const uint8_t *data, size_t size) {
    static const char *const encodings[] = {"UTF-16", "WINDOWS-1252", "UTF-16LE", "SHIFT_JIS"};
    static int in = -1, out = -1;
    int fd = bytes_file(&in, data, size);
    enum unpack_kind kind = unpack_kind((const char *)data, size);
    if (kind != UNPACK_NOTHING) {
        (void)unpack_copy(kind, fd, empty_file(&out));
    }
    for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
        int to = empty_file(&out);
        FUZZ_CHECK(encoding_known(encodings[i]));
        (void)encoding_copy(encodings[i], fd, to);
        check_utf8(to);
    }
    char delimiter = input_delimiter_find((const char *)data, size, NULL);
    FUZZ_CHECK(input_delimiter_name(delimiter)[0] != '\0');
    return 0;
}
