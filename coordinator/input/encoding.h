// The input in another encoding than UTF-8, made UTF-8 by iconv(3).
#ifndef RATION_ENCODING_H
#define RATION_ENCODING_H

#include <stdbool.h>

// A name of UTF-8 itself: there is nothing to do.
bool encoding_plain(const char *name);

// iconv(3) knows it.
bool encoding_known(const char *name);

// Adds to `to` what stands in `from`, which is read from its beginning by offset. As unpack_copy().
const char *encoding_copy(const char *name, int from, int to);

#endif
