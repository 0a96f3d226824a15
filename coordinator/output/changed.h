// Which answers were made from an input that has changed since. Each answer carries a hash of what was sent
// (input_hash); it is compared with that of what would be sent now, so a changed prompt counts as well. Takes
// a few megabytes whatever the number of artists.
#ifndef RATION_CHANGED_H
#define RATION_CHANGED_H

#include "input/bits.h"
#include "input/id_table.h"
#include "input/input_index.h"
#include "output/result_file.h"
#include "ration/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHANGED_TOLD 10U

// The input as it is now: checked, and not changing.
struct changed_input {
    int fd;
    const char *name;
    const struct input_index *index;
    const struct settings *settings; // the prompt
    // The answers so far were asked for in another way: one whose hash does not cover that has changed.
    bool other_request;
};

// The changed artists: the first of them in the input's order, and how many.
struct changed_artists {
    uint32_t first[CHANGED_TOLD];
    size_t kept;
    uint32_t total;
};

// Notes the hash of an answer's line, as result_file_scan() gives it, in `hashes`. An answer without one is
// never found changed. 0 or an errno.
int changed_note(struct id_table *hashes, const struct result_row *row);

// Reads the artists of this run that are in `answered`, and puts into *lines each noted line that none of
// them matches: those that have changed, and those of artists that are not in `answered`. 0, or -1 after
// telling. *fresh gets each artist that one of them matches: it has an answer to what it would be sent now.
int changed_find(const struct changed_input *input, const struct bits *answered, struct id_table *hashes,
                 struct bits *lines, struct bits *fresh);

void changed_add(struct changed_artists *artists, uint32_t artist);

// Tells them, if there are any; `redo`: that they are asked again. 0, or -1 after telling that the input
// cannot be read.
int changed_tell(const struct changed_input *input, const struct changed_artists *artists, bool redo);

#endif
