// Whether the input is still what was checked. The workers prove each record that they read, see
// ration/record_group.h; this tells soon, also of what they have read already or will not read. Its size must
// stay. When only its times change (touch, chmod, a new name), its content is compared, a little in each
// tick.
#ifndef RATION_INPUT_WATCH_H
#define RATION_INPUT_WATCH_H

#include "input/input_index.h"
#include "ration/record_reader.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct input_watch {
    int fd;
    int original;     // -1, or what the run made a copy of: its changes are only told
    const char *name; // for messages
    const struct input_index *index;
    struct stat seen;             // as it was when it was last found in order
    struct record_reader *reader; // while its content is compared
    size_t next;                  // the group to compare next
    bool told;
};

// `seen`: of the descriptor, before the first byte was read. Both must live as long as the watch.
void input_watch_begin(struct input_watch *watch, int fd, const char *name, const struct input_index *index,
                       const struct stat *seen);
// What the run reads is its own copy of `original`, which was `seen` so.
void input_watch_copy(struct input_watch *watch, int original);
// Now and then. False: it was changed; told once. Comparing ends at `until`, monotonic, and goes on with the
// next call.
bool input_watch_tick(struct input_watch *watch, uint64_t until);
// Frees what it has; the watch may be zeroed.
void input_watch_end(struct input_watch *watch);

#endif
