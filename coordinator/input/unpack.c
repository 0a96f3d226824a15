#include "input/unpack.h"

#include "input/unpack_gzip.h"
#include "input/unpack_zstd.h"

#include <string.h>

enum unpack_kind unpack_kind(const char *head, size_t length) {
    if (length >= 3 && memcmp(head, "\x1f\x8b\x08", 3) == 0) {
        return UNPACK_GZIP;
    }
    return length >= 4 && memcmp(head, "\x28\xb5\x2f\xfd", 4) == 0 ? UNPACK_ZSTD : UNPACK_NOTHING;
}

const char *unpack_name(enum unpack_kind kind) {
    return kind == UNPACK_GZIP ? "gzip" : "zstd";
}

const char *unpack_copy(enum unpack_kind kind, int from, int to) {
    return kind == UNPACK_GZIP ? unpack_gzip_copy(from, to) : unpack_zstd_copy(from, to);
}
