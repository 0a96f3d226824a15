#include "admission.h"

#include "ration/clock.h"

bool admission_wanted(const struct worker *worker) {
    uint32_t places = worker->departures.count + transfer_count(worker->transfers);
    return worker->ready.count > 0 && places < worker->settings->in_flight && !worker->closed &&
           !worker->disk_wait && !worker->draining;
}

// The end of a pause is followed at once, whatever the ledger said before.
static void look_at_pause(struct worker *worker, uint64_t now) {
    uint64_t until = ledger_paused_until(worker->arena, now);
    if (worker->paused && worker->ask_at > until) {
        worker->ask_at = until;
    }
    worker->paused = until != 0;
}

void admission_run(struct worker *worker, uint64_t now) {
    look_at_pause(worker, now);
    while (now >= worker->ask_at && admission_wanted(worker)) {
        struct artist *artist = worker->ready.first;
        uint64_t tokens = ledger_estimate(worker->arena, artist->body.length);
        switch (ledger_admit(worker->arena, worker->slot, tokens, now, &artist->booking)) {
        case LEDGER_BOOKED:
            (void)artist_shift(&worker->ready);
            artist->when = artist->booking.departs;
            heap_push(&worker->departures, artist);
            break;
        case LEDGER_LATER: // asked again within a second all the same: settlements change it, and a disabled key
            worker->ask_at =
                artist->booking.departs < now + CLOCK_SECOND ? artist->booking.departs : now + CLOCK_SECOND;
            return;
        case LEDGER_CLOSED:
            worker->closed = true;
            worker_ring(worker);
            return;
        }
    }
}
