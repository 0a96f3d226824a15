// What a person sees while the run works: a picture at the bottom of a terminal, or a plain line now and
// then.
#ifndef RATION_PROGRESS_H
#define RATION_PROGRESS_H

#include "config/options.h"
#include "view/run_status.h"
#include "view/terminal.h"
#include "view/view.h"

#include <stdbool.h>
#include <stdint.h>

struct progress {
    enum options_progress mode; // never AUTO
    uint64_t shown;             // monotonic
    unsigned lines;             // of the picture that stands on the terminal
    struct view view;
};

// Decides AUTO: a picture when stderr is a terminal that can be steered.
void progress_start(struct progress *progress, enum options_progress mode, bool quiet, uint64_t now);

// Shows the state, which may be a little older than `now`, if it is time.
void progress_show(struct progress *progress, const struct run_status *status, uint64_t now);

// Leaves the picture as it stands, with the cursor below it: a shell takes the terminal. The next one is
// drawn anew, wherever the cursor is then.
void progress_leave(struct progress *progress);

// Shows the last state, and leaves the terminal's cursor on a line of its own.
void progress_end(struct progress *progress, const struct run_status *status);

// Pure: the picture of a run for a terminal of that size. `last`: the workers have gone.
void progress_compose(struct view *view, const struct run_status *status, const struct terminal *terminal,
                      bool last);

#endif
