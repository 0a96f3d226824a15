// Reads and writes that do not stop half-way: an interrupted or short one goes on. 0 or an errno.
#ifndef RATION_FILE_IO_H
#define RATION_FILE_IO_H

#include <stddef.h>
#include <stdint.h>

// All of it where the descriptor stands, or at the end of a file opened O_APPEND, with write(2). What was
// written before an error stays written. ENOSPC where nothing more is taken.
int file_io_append(int fd, const void *data, size_t size);

// All of it at `offset`, with pread(2) or pwrite(2); a file that is too short to read is EIO.
int file_io_write(int fd, const void *data, size_t size, uint64_t offset);
int file_io_read(int fd, void *data, size_t size, uint64_t offset);

// A file in that folder that no name leads to, to read and to write, closed on exec: nothing of it is left
// behind, whatever happens to the process. The descriptor, the caller's; -1 with errno.
int file_io_nameless(const char *folder);

#endif
