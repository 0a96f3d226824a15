// Reads and writes that do not stop half-way.
#ifndef RATION_FILE_IO_H
#define RATION_FILE_IO_H

#include <stddef.h>
#include <stdint.h>

// All of it, with pread(2) or pwrite(2). 0 or an errno; a file that is too short to read is EIO.
int file_io_write(int fd, const void *data, size_t size, uint64_t offset);
int file_io_read(int fd, void *data, size_t size, uint64_t offset);

#endif
