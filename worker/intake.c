#include "intake.h"

#include "admission.h"
#include "ration/board.h"
#include "ration/row_head.h"
#include "reading.h"

#include <limits.h>

#define READY_MOST 8U      // then the ledger is asked before more are claimed: departures come first
#define READY_LATER 2U     // likewise, while the ledger has nothing for them
#define FAR_CLAIMS 64U     // likewise, out of turn
#define FAR_MOST 100000U   // records that are read to get there, at most
#define ROUND_CLAIMS 4096U // claimed and skipped in one round: departures come first

static int prepare(struct worker *worker, struct artist *artist, const struct record *record) {
    if (kinds_make(&worker->kinds, record, artist->body, artist->hash) != 0) {
        return -1;
    }
    artist->endpoint = (uint32_t)request_endpoint(worker->kinds.maker[0]);
    text_add(&artist->id, record->id.text, record->id.length);
    text_add(&artist->name, record->name.text, record->name.length);
    row_head_make(&artist->head, worker->format, worker->settings, record, &artist->body[0]);
    return artist->id.failed || artist->name.failed || artist->head.failed ? -1 : 0;
}

// The artist, of what stands in the input; NULL: told, and the worker ends.
static struct artist *fetch(struct worker *worker, const struct slot_order *order, uint32_t index) {
    struct record record;
    if (reading_take(worker, order, index, &record) != RECORD_OK) {
        return NULL;
    }
    struct artist *artist = artist_take(&worker->pool);
    if (artist == NULL) {
        worker_fail_memory(worker);
        return NULL;
    }
    artist->index = index;
    artist->counted = board_attempts(worker->arena, index);
    if (prepare(worker, artist, &record) != 0) {
        worker_starve(worker, artist);
        return NULL;
    }
    return artist;
}

static bool take(struct worker *worker, const struct slot_order *order, uint32_t index) {
    struct artist *artist = fetch(worker, order, index);
    if (artist == NULL) {
        return false;
    }
    worker->alone = order->alone;
    worker_ready(worker, artist, false);
    return true;
}

bool intake_far(struct worker *worker) {
    struct slot_order order;
    uint32_t index;
    for (uint32_t i = 0; i < FAR_CLAIMS && worker->pool.taken < worker->most_held + WORKER_REACH; i++) {
        if (!slot_claim_far(worker->arena, worker->slot, worker->reached++, FAR_MOST, &order, &index)) {
            return false;
        }
        if (board_verdict(worker->arena, index) != BOARD_NONE ||
            board_priority(worker->arena, index) != order.priority) {
            continue;
        }
        struct artist *artist = fetch(worker, &order, index);
        if (artist == NULL) {
            return false;
        }
        artist->far = true;
        worker_ready(worker, artist, true);
        return true;
    }
    return false;
}

// Claims only little more than can be in flight, so that near the end no worker sits on artists that another
// could ask, and no artist of lower priority is claimed long before it can leave. Those that wait for their
// next try, or stand aside, need no place.
static bool has_room(const struct worker *worker, bool alone, uint64_t now) {
    uint32_t held = worker->pool.taken;
    uint32_t in_flight = worker_in_flight(worker);
    if (alone || worker->alone) {
        return held == 0;
    }
    if (worker->ready.count >= READY_LATER && worker->ask_at > now) {
        return false;
    }
    uint32_t waiting = worker->retries.count + worker->aside.count;
    return held < worker->most_held && held - waiting < in_flight + in_flight / 16;
}

bool intake_full(const struct worker *worker, uint64_t now) {
    struct slot_order order;
    return worker->aside.count > 0 && worker->aside.count == worker->pool.taken &&
           slot_current(worker->arena, worker->slot, &order) && !has_room(worker, order.alone, now);
}

static void ring_for_reserve(struct worker *worker) {
    if (slot_reserve(worker->arena, worker->slot) > 0) {
        worker->rang = false;
    } else if (!worker->rang) {
        worker->rang = true;
        worker_ring(worker);
    }
}

void intake_run(struct worker *worker, uint64_t now) {
    struct slot_order order;
    uint32_t index;
    if (worker->pool.taken == 0) {
        worker->alone = false;
    }
    worker->more_orders = false;
    for (uint32_t claims = 0; slot_current(worker->arena, worker->slot, &order); claims++) {
        if (!has_room(worker, order.alone, now)) {
            break;
        }
        if (worker->ready.count >= READY_MOST) {
            worker->more_orders = admission_wanted(worker);
            break;
        }
        if (claims >= ROUND_CLAIMS) {
            worker->more_orders = true;
            break;
        }
        if (!slot_claim(worker->arena, worker->slot, &index)) {
            continue;
        }
        worker->order = (struct range){.first = index, .end = order.range.end};
        if (board_verdict(worker->arena, index) != BOARD_NONE ||
            board_priority(worker->arena, index) != order.priority) {
            continue;
        }
        if (!take(worker, &order, index)) {
            break;
        }
    }
    ring_for_reserve(worker);
}
