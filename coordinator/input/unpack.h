// Unpacks an input that is packed with gzip or zstd, once, into a file that workers can read at any offset.
#ifndef RATION_UNPACK_H
#define RATION_UNPACK_H

#include <stddef.h>

#define UNPACK_HEAD 4U          // bytes that tell
#define UNPACK_PIECE (64 << 10) // bytes that are read and written at once

enum unpack_kind { UNPACK_NOTHING, UNPACK_GZIP, UNPACK_ZSTD };

// What a file is packed with that begins so.
enum unpack_kind unpack_kind(const char *head, size_t length);

// "gzip"
const char *unpack_name(enum unpack_kind kind);

// Adds to `to` what is packed in `from`, which is read from its beginning by offset. NULL, or what is wrong
// and what to do; "" after a signal (signals_caught()).
const char *unpack_copy(enum unpack_kind kind, int from, int to);

#endif
