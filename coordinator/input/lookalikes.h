// Finds artist_ids that differ only in what nobody sees: blanks at the ends, no-break spaces, zero-width
// characters. They are two artists, and nothing is trimmed; but mostly it is a mistake of a spreadsheet, and
// is paid twice.
#ifndef RATION_LOOKALIKES_H
#define RATION_LOOKALIKES_H

#include "input/id_table.h"
#include "input/input_index.h"

#include <stddef.h>
#include <stdint.h>

#define LOOKALIKES_TOLD 3U // pairs that are told with both lines; of the others their number

// The id without what nobody sees; a blank of any kind inside becomes a space. Its length, at most `length`;
// equal to it, and the same bytes, where nothing is to be left out.
size_t lookalikes_plain(const char *id, size_t length, char *plain);

struct lookalikes; // the ids that have something to be left out; NULL where none was met so far

// 0 or an errno. *found is made when it is needed.
int lookalikes_add(struct lookalikes **found, const char *id, size_t length, uint32_t artist);
// Warns of those that look like another one. `ids` are all. 0 or an errno.
int lookalikes_tell(struct lookalikes *found, struct id_table *ids, const struct input_index *index, int fd,
                    const char *name);
void lookalikes_free(struct lookalikes *found);

#endif
