// A list of small items, all of one size, too long for memory: in a temporary file that no name leads to
// ($TMPDIR, else /tmp). Memory is one window, whatever their number. What was never put is zeros.
#ifndef RATION_SPOOL_H
#define RATION_SPOOL_H

#include <stddef.h>
#include <stdint.h>

struct spool;

// `item` bytes each, a power of two, at most 64. NULL with errno.
struct spool *spool_new(size_t item);
void spool_free(struct spool *spool);

// Each: 0 or an errno (ENOSPC, EIO, …). One after another they cost little; the next one far away costs a
// system call.
int spool_put(struct spool *spool, uint64_t index, const void *item);
int spool_get(struct spool *spool, uint64_t index, void *item);

#endif
