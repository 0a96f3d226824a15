// See unpack.h: zstd, by libzstd. Several frames are one file.
#ifndef RATION_UNPACK_ZSTD_H
#define RATION_UNPACK_ZSTD_H

const char *unpack_zstd_copy(int from, int to);

#endif
