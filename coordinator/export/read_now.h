// Reading without waiting for a disk, for a loop that serves others: what is in memory, or nothing yet.
#ifndef RATION_READ_NOW_H
#define RATION_READ_NOW_H

#include <stddef.h>
#include <stdint.h>

// All of it into `data`. 0; EAGAIN: it is not in memory, but asked for, so that it comes; EIO: the file is
// shorter; or another errno. Where the file system cannot tell, it is read as usual.
int read_now(int fd, void *data, size_t size, uint64_t offset);

#endif
