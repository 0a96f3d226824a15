// The workers of a run: a line for each, in an order that people choose, and all that is known of one. Pure.
#ifndef RATION_VIEW_WORKERS_H
#define RATION_VIEW_WORKERS_H

#include "view/run_status.h"
#include "view/view.h"

#include <stdbool.h>
#include <stdint.h>

enum view_workers_sort {
    VIEW_WORKERS_BY_NUMBER,
    VIEW_WORKERS_BY_FLIGHT, // these and those that follow: the most first, then by number
    VIEW_WORKERS_BY_DONE,
    VIEW_WORKERS_BY_FAILED,
    VIEW_WORKERS_BY_RESTARTS,
    VIEW_WORKERS_BY_LATENCY,
    VIEW_WORKERS_BY_MEMORY,
    VIEW_WORKERS_SORTS
};

#define VIEW_WORKERS_NONE UINT32_MAX

struct view_workers_choice {
    enum view_workers_sort sort;
    uint32_t slot; // that is chosen, and marked; VIEW_WORKERS_NONE: none is
};

// "number", "in flight" …
const char *view_workers_sort_name(enum view_workers_sort sort);

// The slots that have a line, in that order; how many.
uint32_t view_workers_order(const struct run_status *status, enum view_workers_sort sort,
                            uint32_t out[BOUNDS_SLOTS]);

// The table. Where there is no room for all, the chosen one is among those that are shown. `choice` NULL: by
// number, and none is chosen.
void view_workers(struct view *view, const struct run_status *status,
                  const struct view_workers_choice *choice);

// All that is known of one worker: some lines.
void view_workers_one(struct view *view, const struct run_status *status, uint32_t slot);

#endif
