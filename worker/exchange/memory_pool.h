// Memory for whoever takes and gives back pieces of the same sizes over and over, as libcurl does some eighty
// times an exchange: what is given back is kept by size and given again, at a tenth of what malloc() and
// free() cost. The pieces are malloc()'s own, so one thread keeps them, and all others, such as those that
// resolve names, may take and give them back as well.
#ifndef RATION_MEMORY_POOL_H
#define RATION_MEMORY_POOL_H

#include <stddef.h>

// The calling thread is the one that keeps.
void memory_pool_begin(void);
// By it: gives back what is kept, and keeps no more. Pieces that are in use stay.
void memory_pool_end(void);

// As malloc(), free(), realloc(), calloc() and strdup(). Such a piece is never given to those, nor theirs
// here.
void *memory_pool_take(size_t size);
void memory_pool_give(void *memory);
void *memory_pool_take_again(void *memory, size_t size);
void *memory_pool_take_clean(size_t count, size_t size);
char *memory_pool_take_copy(const char *text);

#endif
