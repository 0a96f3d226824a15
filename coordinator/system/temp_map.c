#include "system/temp_map.h"

#include "system/temp_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int temp_map_make(struct temp_map *map, size_t size) {
    *map = (struct temp_map){0};
    int fd = temp_file_open();
    if (fd < 0) {
        return errno;
    }
    int error = posix_fallocate(fd, 0, (off_t)size);
    if (error == 0) {
        void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (at == MAP_FAILED) {
            error = errno;
        } else {
            *map = (struct temp_map){at, size};
        }
    }
    (void)close(fd); // the mapping keeps the file
    return error;
}

void temp_map_free(struct temp_map *map) {
    if (map->at != NULL) {
        (void)munmap(map->at, map->size);
    }
    *map = (struct temp_map){0};
}
