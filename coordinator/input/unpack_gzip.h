// See unpack.h: gzip, by zlib. Several packed files one behind the other are one.
#ifndef RATION_UNPACK_GZIP_H
#define RATION_UNPACK_GZIP_H

const char *unpack_gzip_copy(int from, int to);

#endif
