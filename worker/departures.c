#include "departures.h"

#include "exchange/request_id.h"
#include "ration/board.h"
#include "ration/invariant.h"
#include "ration/slot_requests.h"

static void cancel_booking(struct worker *worker, struct artist *artist) {
    // Nobody needs the ledger of a dead run, and its guard may be held by a corpse that nobody reaps.
    if (!worker->orphaned) {
        ledger_cancel(worker->arena, worker->slot, &artist->booking);
    }
}

static void cancel(struct worker *worker, struct artist *artist) {
    cancel_booking(worker, artist);
    worker_ready(worker, artist, !artist->row.suspect); // a suspect is never the first
}

static void starve(struct worker *worker, struct artist *artist) {
    cancel_booking(worker, artist);
    worker_starve(worker, artist);
}

static void depart(struct worker *worker, struct artist *artist, uint64_t now) {
    char *id;
    struct transfer *transfer = transfer_take(worker->transfers, &id);
    if (transfer == NULL) {
        starve(worker, artist);
        return;
    }
    uint64_t attempt = (uint64_t)artist->counted + artist->uncounted + 1;
    (void)request_id(worker->run_tag, artist->id.bytes, artist->id.length, attempt, id);
    limit_headers_begin(&artist->limits, worker->dialect[artist->booking.session]);
    INVARIANT(board_verdict(worker->arena, artist->index) == BOARD_NONE,
              "artist %u would be asked although it has a verdict", artist->index);
    board_begin(worker->arena, artist->index);
    if (transfer_start(worker->transfers, transfer, artist, artist->booking.session, artist->endpoint,
                       artist_body(artist, worker->kinds.of[artist->booking.session]), artist->fresh) != 0) {
        starve(worker, artist);
        return;
    }
    artist->fresh = false;
    artist->counted++;
    artist->started = now;
    artist->ticket =
        slot_request_begin(worker->arena, worker->slot, artist->index, artist->booking.session, now);
}

void departures_run(struct worker *worker, uint64_t now) {
    while (!worker->draining && heap_when(&worker->departures) <= now) {
        struct artist *artist = heap_pop(&worker->departures);
        if (!ledger_valid(worker->arena, &artist->booking)) {
            cancel(worker, artist);
            continue;
        }
        struct ledger_leaving leaving = ledger_leave(worker->arena, &artist->booking, now);
        if (leaving.again != 0) { // others have left too lately
            artist->when = leaving.again;
            heap_push(&worker->departures, artist);
            continue;
        }
        depart(worker, artist, now);
        if (leaving.spaced) {
            transfer_leave(worker->transfers);
        }
    }
}

void departures_cancel(struct worker *worker) {
    struct artist *artist;
    while ((artist = heap_pop(&worker->departures)) != NULL) {
        cancel(worker, artist);
    }
}
