#include "recorded.h"

#include "ration/board.h"
#include "ration/clock.h"
#include "tell.h"
#include "tell_limits.h"

void recorded_line(void *context, struct artist *artist, enum output_file file) {
    struct worker *worker = context;
    board_end(worker->arena, artist->index, true);
    if (artist->counts) {
        slot_count_outcome(worker->arena, worker->slot, artist->usage.outcome);
    }
    if (file == OUTPUT_ERRORS) {
        slot_count_failed(worker->arena, worker->slot);
    } else {
        slot_count_done(worker->arena, worker->slot, &artist->usage.tokens, artist->latency_ms);
        uint64_t now = clock_now();
        tell_processed(worker, artist, now);
        if (!worker->orphaned) {
            worker->suspects -= artist->row.suspect;
            (void)ledger_settle(worker->arena, worker->slot, &artist->booking, &artist->usage, now);
            tell_limits_lowered(worker, artist);
            if (ledger_ramping(worker->arena)) {
                worker->ask_at = 0;
            }
        }
    }
    worker_release(worker, artist);
}

void recorded_elsewhere(void *context, struct artist *artist, enum output_file file) {
    struct worker *worker = context;
    board_end(worker->arena, artist->index, true);
    if (file == OUTPUT_ANSWERS && !worker->orphaned) {
        artist->usage.recorded = false;
        (void)ledger_settle(worker->arena, worker->slot, &artist->booking, &artist->usage, clock_now());
    }
    worker_release(worker, artist);
}
