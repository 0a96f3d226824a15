// The fuzzer's bytes as files and as strings.
#ifndef FUZZ_BYTES_H
#define FUZZ_BYTES_H

#include "fuzz.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// An anonymous file that holds just these bytes; the same descriptor each time.
static inline int bytes_file(int *fd, const uint8_t *data, size_t size) {
    if (*fd < 0) {
        *fd = memfd_create("fuzz", MFD_CLOEXEC);
    }
    FUZZ_CHECK(*fd >= 0 && ftruncate(*fd, 0) == 0);
    FUZZ_CHECK(pwrite(*fd, data, size, 0) == (ssize_t)size);
    return *fd;
}

// malloc'ed, with a NUL behind; the text ends at the first NUL of the bytes.
static inline char *bytes_string(const uint8_t *data, size_t size) {
    char *string = malloc(size + 1);
    FUZZ_CHECK(string != NULL);
    if (size > 0) {
        memcpy(string, data, size);
    }
    string[size] = '\0';
    return string;
}

// The bytes up to the first 0xff, which no UTF-8 text holds, and in *rest those behind it.
static inline size_t bytes_split(const uint8_t *data, size_t size, const uint8_t **rest, size_t *rest_size) {
    const uint8_t *mark = size > 0 ? memchr(data, 0xff, size) : NULL;
    size_t first = mark != NULL ? (size_t)(mark - data) : size;
    *rest = mark != NULL ? mark + 1 : data + size;
    *rest_size = mark != NULL ? size - first - 1 : 0;
    return first;
}

#endif
