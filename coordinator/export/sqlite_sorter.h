// Sorting what is too long for memory, in a temporary file of SQLite's ($SQLITE_TMPDIR, $TMPDIR, /var/tmp).
#ifndef RATION_SQLITE_SORTER_H
#define RATION_SQLITE_SORTER_H

#include <stddef.h>
#include <stdint.h>

// Numbers by the bytes of their texts, those of one text by number.
struct sqlite_sorter;
struct sqlite_sorter *sqlite_sorter_new(void); // NULL: it cannot be made
void sqlite_sorter_free(struct sqlite_sorter *sorter);
int sqlite_sorter_add(struct sqlite_sorter *sorter, const char *text, size_t length, uint64_t number,
                      const char **why);
// The first time it sorts. 1: *number; 0: there is no other; -1 with *why.
int sqlite_sorter_next(struct sqlite_sorter *sorter, uint64_t *number, const char **why);

#endif
