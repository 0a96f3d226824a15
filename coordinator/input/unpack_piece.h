// Files piece by piece, for those who copy one into another.
#ifndef RATION_UNPACK_PIECE_H
#define RATION_UNPACK_PIECE_H

#include <stddef.h>
#include <stdint.h>

// The next bytes of `from` behind *offset, which moves on. NULL, and *got is 0 at the end; else as
// unpack_copy().
const char *unpack_piece_read(int from, uint64_t *offset, char *piece, size_t size, size_t *got);
// As unpack_copy().
const char *unpack_piece_write(int to, const char *bytes, size_t length);

#endif
