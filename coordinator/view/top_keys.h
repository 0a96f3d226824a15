// The keys of `ration top`. Pure.
#ifndef RATION_TOP_KEYS_H
#define RATION_TOP_KEYS_H

#include "view/view_workers.h"

#include <stdbool.h>
#include <stddef.h>

enum top_keys_wish { TOP_KEYS_NOTHING, TOP_KEYS_LEAVE, TOP_KEYS_PAUSE };

struct top_keys {
    struct view_workers_choice choice;
    bool detail; // all that is known of the chosen worker is shown
    int escape;  // bytes of a sequence that have come so far
};

// Nothing is chosen, and sorted by number.
void top_keys_begin(struct top_keys *keys);

// Takes what was typed, a byte or a part of a sequence at a time. What is more than a choice is the caller's
// to do: the first wish of these keys is returned, and what was typed behind it is dropped.
enum top_keys_wish top_keys_take(struct top_keys *keys, const char *typed, size_t length,
                                 const struct run_status *status);

// The chosen worker may have gone.
void top_keys_look(struct top_keys *keys, const struct run_status *status);

// One line that names the keys.
void top_keys_help(const struct top_keys *keys, const struct run_status *status, struct view *view);

#endif
