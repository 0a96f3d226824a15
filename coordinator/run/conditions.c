#include "run/conditions.h"

#include "plan/cost.h"
#include "ration/ledger.h"
#include "ration/log.h"
#include "ration/output.h"

#include <inttypes.h>
#include <string.h>

#define REFUSALS_MOST 50U // with not one answer

static void look_at_quota(struct crew *crew, const struct totals *totals) {
    if (totals->sessions_open == 0 && !stop_begun(crew) && !crew_finished(crew)) {
        log_fatal("quota", "the API refuses the key; check it, then go on with --resume");
        stop_begin(crew, STOP_CANNOT);
    }
}

// One wrong name in the configuration must not fail a whole batch.
static void look_at_refusals(struct crew *crew, const struct totals *totals) {
    if (totals->outcome[SLOT_REFUSED] < REFUSALS_MOST || totals->outcome[SLOT_DONE] > 0 || stop_begun(crew) ||
        crew_finished(crew)) {
        return;
    }
    log_fatal("request",
              "each of the first %" PRIu64
              " artists was refused; the errors file has the API's words; check --prompt-id, "
              "--prompt-variables, --model and --base-url, then go on with --resume --retry-errors all",
              totals->outcome[SLOT_REFUSED]);
    stop_begin(crew, STOP_CANNOT);
}

// The ledger books nothing that might pass the limit; with nothing in flight any more, nothing will make room.
static void look_at_cost(struct conditions *conditions, struct crew *crew, struct totals *totals) {
    struct ledger_cost cost;
    char spent[COST_TEXT_SIZE], most[COST_TEXT_SIZE];
    conditions->cost_in_flight = cost_look(&crew->cost, totals);
    ledger_cost_look(crew->arena, &cost);
    if (stop_begun(crew) || cost.refused == 0 || cost.booked > 0 || cost.spent + cost.refused <= cost.most) {
        return;
    }
    cost_print(cost.spent, spent);
    cost_print(cost.most, most);
    log_warn("cost",
             "%s of --max-cost %s is spent, and one more request might pass it; go on with --resume and more "
             "money",
             spent, most);
    stop_begin(crew, STOP_ASKED);
}

static void look_at_disk(struct conditions *conditions, struct crew *crew, const struct totals *totals) {
    int error = output_sync_error(crew->arena);
    if (error != 0 && !stop_begun(crew)) {
        log_fatal("disk",
                  "the output cannot be synced: %s; its last lines may be lost; mend the disk, then go on "
                  "with --resume",
                  strerror(error));
        stop_begin(crew, STOP_CANNOT);
    }
    if (totals->disk_wait > 0 && !conditions->disk_told) {
        log_warn("disk",
                 "the output cannot be written; the run waits and goes on by itself when there is room");
    } else if (totals->disk_wait == 0 && conditions->disk_told) {
        log_info("disk", "the output can be written again; the run goes on");
    }
    conditions->disk_told = totals->disk_wait > 0;
}

void conditions_tick(struct conditions *conditions, struct crew *crew, struct totals *totals) {
    look_at_cost(conditions, crew, totals);
    look_at_refusals(crew, totals);
    look_at_quota(crew, totals);
    look_at_disk(conditions, crew, totals);
}
