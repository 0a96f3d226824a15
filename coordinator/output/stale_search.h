// A bounded search for a file by its inode, around the place where it was. Private to the stale arenas.
#ifndef RATION_STALE_SEARCH_H
#define RATION_STALE_SEARCH_H

#include "output/stale_arenas.h"

#include <time.h>

struct stale_search {
    uint32_t left;             // entries that may still be looked at
    struct timespec not_after; // a file of that inode that was born later is another one
    bool whole;                // what is too deep to be looked at leaves it unsure
};

// In the folder of `path` with all below, and in the one above it with the folders that stand there; where
// the folder is gone, as deep as it was in the nearest that is there, and one level more. Never in the whole
// of a file system, nor on another one. Folders that may not be read are passed over: this user has moved
// nothing there.
enum stale_arenas_search stale_search(struct stale_search *search, const char *path, dev_t device,
                                      ino_t inode);

#endif
