// Pairs of numbers that come in any order, brought into the order of their keys: spread over parts by key,
// full buffers in a temporary file that no name leads to ($TMPDIR, else /tmp), and one part at a time put
// together again. So what is filled from it is written from its begin to its end. Few pairs are never
// written.
#ifndef RATION_SPREAD_H
#define RATION_SPREAD_H

#include <stdint.h>

struct spread;

// Keys are below `keys`. Memory is a megabyte, and 4 bytes for each 256th key. NULL with errno.
struct spread *spread_new(uint32_t keys);
void spread_free(struct spread *spread);

// `value` is below UINT32_MAX. Of two with the same key the later one counts. 0 or an errno (ENOMEM, ENOSPC,
// EIO, …).
int spread_add(struct spread *spread, uint32_t key, uint32_t value);

// Calls `put` for each key that was added, ascending. 0 or an errno; what `put` returns other than 0 ends it
// and is returned. Nothing may be added afterwards.
int spread_each(struct spread *spread, int (*put)(void *context, uint32_t key, uint32_t value),
                void *context);

#endif
