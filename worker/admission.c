#include "admission.h"

#include "ration/board.h"
#include "ration/clock.h"

#include <bsd/stdlib.h>

bool admission_wanted(const struct worker *worker) {
    uint32_t places = worker->departures.count + transfer_count(worker->transfers);
    return worker->ready.count > 0 && places < worker_in_flight(worker) && !worker->closed &&
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

// For the choice among sessions, which need not be guarded from guessing: arc4random() asks the system for
// its process each time.
static uint32_t next_random(struct worker *worker) {
    uint32_t random = worker->random != 0 ? worker->random : arc4random() | 1;
    random ^= random << 13;
    random ^= random >> 17;
    random ^= random << 5;
    worker->random = random;
    return random;
}

// Within a second all the same: settlements change it, and so does a disabled key.
static uint64_t ask_again(struct worker *worker, uint64_t told, uint64_t now) {
    if (told >= now + CLOCK_SECOND) {
        return now + CLOCK_SECOND;
    }
    return worker->paused ? told
                          : turn_ask_again(&worker->turn, told, ledger_booked(worker->arena),
                                           arena_workers(worker->arena), now, arc4random());
}

// A fault may be its end at the lesser of both numbers.
static enum session_tried tried(const struct settings *settings, const struct artist *artist) {
    uint32_t most = settings->attempts_server < settings->attempts_network ? settings->attempts_server
                                                                           : settings->attempts_network;
    return artist->counted > 0 && artist->counted + 1 >= most ? SESSION_TRIED_MOST
           : artist->counted + artist->uncounted > 0          ? SESSION_TRIED
                                                              : SESSION_TRIED_NOT;
}

void admission_run(struct worker *worker, uint64_t now) {
    look_at_pause(worker, now);
    while (now >= worker->ask_at && admission_wanted(worker)) {
        struct artist *artist = worker->ready.first;
        struct ledger_estimate estimate = ledger_estimate(worker->arena, artist_body(artist, 0)->length);
        estimate.low = board_priority(worker->arena, artist->index) == PRIORITY_LOW;
        estimate.tried = tried(worker->settings, artist);
        switch (ledger_admit(worker->arena, worker->slot, &estimate, now, next_random(worker),
                             &artist->booking)) {
        case LEDGER_BOOKED:
            turn_booked(&worker->turn);
            (void)artist_shift(&worker->ready);
            artist->when = artist->booking.departs;
            heap_push(&worker->departures, artist);
            break;
        case LEDGER_LATER:
            worker->ask_at = ask_again(worker, artist->booking.departs, now);
            return;
        case LEDGER_CLOSED:
            worker->closed = true;
            worker_ring(worker);
            return;
        }
    }
}
