// Sets of ids too large for memory: finds ids that stand twice, and joins two sets, with a few megabytes
// whatever their number. An entry is a 96-bit hash of the id and a 32-bit value; entries are spread over
// partitions by hash, full buffers go to an unlinked temporary file (in $TMPDIR, else /tmp), and one
// partition at a time is brought together again. Small sets are never written.
#ifndef RATION_ID_TABLE_H
#define RATION_ID_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ID_TABLE_NONE UINT32_MAX

struct id_table;

// NULL when out of memory.
struct id_table *id_table_new(void);
void id_table_free(struct id_table *table);

// `value` is the caller's; not ID_TABLE_NONE. 0, or an errno: ENOMEM, or what the temporary file met (ENOSPC,
// …). After an error the table can only be freed.
int id_table_add(struct id_table *table, const char *id, size_t length, uint32_t value);

uint64_t id_table_count(const struct id_table *table);

// Calls `pair` for each entry whose id was added before: `first` is the value of the first such entry,
// `again` its own. In no order, but first was always added before again. With hashes this long no two ids are
// expected ever to be taken for each other (10 million ids: 1 in 10^15); a caller that tells of ids reads
// them again anyway. 0, or an errno; what `pair` returns other than 0 ends it and is returned.
int id_table_duplicates(struct id_table *table, int (*pair)(void *context, uint32_t first, uint32_t again),
                        void *context);

// Calls `match` for each entry of `wanted`: `value` is its value, `found` the value of that id in `table`, or
// ID_TABLE_NONE. In no order. Returns as above.
int id_table_join(struct id_table *table, struct id_table *wanted,
                  int (*match)(void *context, uint32_t found, uint32_t value), void *context);

#endif
