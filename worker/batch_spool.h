// The rows of a part, in a file without a name: each is written once, and read when its line is sent and when
// its result has come, in whatever order. In memory stand sixteen bytes a row.
#ifndef RATION_BATCH_SPOOL_H
#define RATION_BATCH_SPOOL_H

#include "ration/request.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct batch_row {
    uint64_t offset;
    uint32_t artist;
    bool queued; // its line waits for the output
    bool ended;  // it has its verdict, or stands in another part now
};

struct batch_spool {
    int fd; // the caller's
    uint64_t end;
    struct batch_row *row; // in the order of the file; by artist after batch_spool_sort()
    uint32_t count, capacity;
    bool sorted;
};

// What is kept of a row: as struct artist has it.
struct batch_row_data {
    uint32_t artist;
    uint32_t counted;   // attempts so far, and
    uint32_t uncounted; // those that did not count
    uint64_t cost;      // nano-dollars of both
    char hash[REQUEST_HASH_SIZE];
    struct text id, name, head, body; // body last
};
void batch_row_data_free(struct batch_row_data *data);

// 0 or an errno: nothing was added.
int batch_spool_add(struct batch_spool *spool, const struct batch_row_data *data);
// Fills *data, whose texts are emptied first. 0 or an errno.
int batch_spool_get(const struct batch_spool *spool, uint32_t at, struct batch_row_data *data);
void batch_spool_sort(struct batch_spool *spool);
// Its place, soon found in one that is sorted; spool->count: it is not there.
uint32_t batch_spool_find(const struct batch_spool *spool, uint32_t artist);
// Empties it, and gives the disk's room back.
void batch_spool_clear(struct batch_spool *spool);

// A file without a name in the folder of the file that is open as `beside`; -1 with errno.
int batch_spool_file(int beside);

#endif
