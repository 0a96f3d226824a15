#include "view/view_fleet.h"

#include "ration/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void put_head(struct view *view, const struct snapshot_fleet *fleet) {
    char span[CLOCK_SPAN_SIZE];
    view_put(view, VIEW_BOLD, "fleet %s", fleet->run);
    view_piece(view, VIEW_PLAIN, " | this machine %s", fleet->phase);
    view_piece(view, VIEW_PLAIN, " | %" PRIu64 " at work", fleet->live);
    if (fleet->silent > 0) {
        view_piece(view, VIEW_YELLOW, ", %" PRIu64 " silent", fleet->silent);
    }
    if (fleet->dead > 0) {
        view_piece(view, VIEW_RED, ", %" PRIu64 " given up", fleet->dead);
    }
    if (fleet->away > 0) {
        (void)clock_span((double)fleet->away / (double)CLOCK_SECOND, span);
        view_piece(view, VIEW_RED, " | the database has not answered for %s", span);
    } else {
        view_piece(view, VIEW_PLAIN, " | the database answers in %" PRIu64 " ms", fleet->tick);
    }
    view_end(view);
}

// How far all of them are, and at which pace.
static void put_progress(struct view *view, const struct snapshot_fleet *fleet) {
    char done[16];
    view_put(view, VIEW_PLAIN, "all machines");
    if (fleet->done != SNAPSHOT_UNKNOWN && fleet->failed != SNAPSHOT_UNKNOWN) {
        view_count((double)fleet->done, done, sizeof(done));
        view_piece(view, VIEW_PLAIN, " | %s done", done);
        view_piece(view, fleet->failed > 0 ? VIEW_RED : VIEW_PLAIN, ", %" PRIu64 " failed", fleet->failed);
    }
    view_piece(view, VIEW_PLAIN, " | %.1f artists a second", (double)fleet->rate / 1000);
    if (fleet->open != SNAPSHOT_UNKNOWN && fleet->chunks > 0 && fleet->open <= fleet->chunks) {
        view_piece(view, VIEW_PLAIN, " | %" PRIu64 " of %" PRIu64 " chunks done", fleet->chunks - fleet->open,
                   fleet->chunks);
    }
    if (fleet->unshipped > 0) {
        view_count((double)fleet->unshipped, done, sizeof(done));
        view_piece(view, fleet->away > 0 ? VIEW_YELLOW : VIEW_PLAIN, " | %s bytes not handed in", done);
    }
    if (fleet->late > 0) {
        view_piece(view, VIEW_YELLOW, " | %" PRIu64 " answers too late", fleet->late);
    }
    view_end(view);
}

void view_fleet_machine(struct view *view, const struct snapshot_machine *machine) {
    char silent[CLOCK_SPAN_SIZE];
    bool live = strcmp(machine->state, "live") == 0, left = strcmp(machine->state, "left") == 0;
    bool quiet = strcmp(machine->state, "silent") == 0;
    view_put(view, VIEW_PLAIN, "%-20.20s %-8s ", machine->host, machine->id);
    const char *state = live    ? machine->self ? "this one" : "at work"
                        : quiet ? "silent"
                        : left  ? "has left"
                                : "given up";
    view_put(view, live ? VIEW_GREEN : quiet ? VIEW_YELLOW : left ? VIEW_DIM : VIEW_RED, "%-9s", state);
    view_piece(view, VIEW_PLAIN, " %5.0f %%", (double)machine->share * 100 / SNAPSHOT_WHOLE);
    view_piece(view, VIEW_PLAIN, " %8.1f", (double)machine->rate / 1000);
    view_piece(view, VIEW_PLAIN, " %9" PRIu64, machine->in_flight);
    view_piece(view, VIEW_PLAIN, " %8" PRIu64, machine->waiting);
    view_piece(view, VIEW_PLAIN, " %9" PRIu64, machine->done);
    view_piece(view, machine->failed > 0 ? VIEW_RED : VIEW_PLAIN, " %7" PRIu64, machine->failed);
    view_piece(view, VIEW_PLAIN, " %7" PRIu64, machine->workers);
    view_piece(view, VIEW_PLAIN, "  %s", clock_span((double)machine->silent / 1000, silent));
    view_end(view);
}

void view_fleet_columns(struct view *view) {
    view_put(view, VIEW_DIM, "%-20s %-8s %-9s", "MACHINE", "MEMBER", "STATE");
    view_piece(view, VIEW_DIM, " %7s %8s %9s %8s %9s %7s %7s  %s", "SHARE", "A SECOND", "IN FLIGHT",
               "WAITING", "DONE", "FAILED", "WORKERS", "HEARD");
    view_end(view);
}

static void put_machines(struct view *view, const struct snapshot_fleet *fleet) {
    uint64_t left = fleet->live + fleet->silent + fleet->dead;
    for (uint64_t i = 0; i < fleet->machines && view_room(view) > (left > 1); i++, left--) {
        view_fleet_machine(view, &fleet->machine[i]);
    }
    if (left > 0 && view_room(view) > 0) {
        view_put(view, VIEW_DIM, "and %" PRIu64 " more machine%s", left, left == 1 ? "" : "s");
        view_end(view);
    }
}

void view_fleet(struct view *view, const struct snapshot_fleet *fleet) {
    if (fleet->run[0] == '\0' || view_room(view) < 4) {
        return;
    }
    put_head(view, fleet);
    put_progress(view, fleet);
    view_fleet_columns(view);
    put_machines(view, fleet);
}
