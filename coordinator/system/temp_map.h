// Memory in a temporary file without a name (in $TMPDIR, else /tmp): what is seldom touched goes to the disk.
// Its room is taken when it is made, so that a full disk is an error then, and no SIGBUS later.
#ifndef RATION_TEMP_MAP_H
#define RATION_TEMP_MAP_H

#include <stddef.h>

// Empty when zeroed.
struct temp_map {
    void *at; // zeros at first
    size_t size;
};

// `size` > 0. 0 or an errno; it is empty then.
int temp_map_make(struct temp_map *map, size_t size);
void temp_map_free(struct temp_map *map);

#endif
