#include "ration/slot.h"

#include "arena/layout.h"
#include "ration/crash_point.h"
#include "ration/invariant.h"
#include "ration/slot_requests.h"

static struct layout_orders *orders_of(const struct arena *arena, uint32_t slot) {
    return &layout_slot(arena, slot)->orders;
}

static struct layout_report *report_of(const struct arena *arena, uint32_t slot) {
    return &layout_slot(arena, slot)->report;
}

void slot_prepare(struct arena *arena, uint32_t slot) {
    struct layout_orders *orders = orders_of(arena, slot);
    struct layout_report *report = report_of(arena, slot);
    INVARIANT(atomic_load(&report->state) == SLOT_EMPTY, "a worker is started in slot %u, which has one",
              slot);
    slot_clear(arena, slot);
    atomic_store(&orders->command, SLOT_RUN);
    atomic_store(&report->state, SLOT_STARTING);
    atomic_fetch_add(&orders->generation, 1);
}

void slot_clear(struct arena *arena, uint32_t slot) {
    struct layout_orders *orders = orders_of(arena, slot);
    struct layout_report *report = report_of(arena, slot);
    for (uint32_t i = 0; i < SLOT_ORDERS; i++) {
        atomic_store(&orders->order[i].claim, 0);
    }
    atomic_store(&orders->given, 0);
    atomic_store(&report->begun, 0);
    atomic_store(&report->pid, 0);
    atomic_store(&report->started, 0);
    atomic_store(&report->in_flight, 0);
    atomic_store(&report->held, 0);
    atomic_store(&report->retrying, 0);
    atomic_store(&report->suspects, 0);
    atomic_store(&report->heartbeat, 0);
    slot_requests_clear(arena, slot);
    atomic_store(&report->state, SLOT_EMPTY);
}

uint32_t slot_reserve(const struct arena *arena, uint32_t slot) {
    uint32_t given = atomic_load(&orders_of(arena, slot)->given);
    uint32_t begun = atomic_load(&report_of(arena, slot)->begun);
    // Gossip: a broken report must not let the coordinator overwrite an order that is in use.
    return begun <= given ? given - begun : 0;
}

bool slot_give(struct arena *arena, uint32_t slot, const struct slot_order *order) {
    struct layout_orders *orders = orders_of(arena, slot);
    uint32_t given = atomic_load(&orders->given);
    uint32_t begun = atomic_load(&report_of(arena, slot)->begun);
    INVARIANT(range_size(order->range) > 0 && order->range.end <= arena->header->artists,
              "slot %u is given [%u, %u) of %u artists", slot, order->range.first, order->range.end,
              arena->header->artists);
    // The place of the order that is being worked on must stay: one less than the ring.
    if (begun > given || given - begun >= SLOT_ORDERS - 1) {
        return false;
    }
    struct layout_order *place = &orders->order[given % SLOT_ORDERS];
    atomic_store(&place->offset, order->offset);
    atomic_store(&place->line, order->line);
    atomic_store(&place->seek_artist, order->seek_artist);
    atomic_store(&place->flags, (uint32_t)order->priority | (order->alone ? LAYOUT_ALONE : 0));
    atomic_store(&place->claim, range_pack(order->range));
    atomic_store_explicit(&orders->given, given + 1, memory_order_release);
    return true;
}

void slot_sequences(const struct arena *arena, uint32_t slot, uint32_t *first, uint32_t *given) {
    uint32_t begun = atomic_load(&report_of(arena, slot)->begun);
    *given = atomic_load(&orders_of(arena, slot)->given);
    *first = begun > 0 && begun <= *given ? begun - 1 : 0;
    if (*given - *first > SLOT_ORDERS) {
        *first = *given - SLOT_ORDERS;
    }
}

struct range slot_unclaimed(const struct arena *arena, uint32_t slot, uint32_t sequence) {
    struct range r = range_unpack(atomic_load(&orders_of(arena, slot)->order[sequence % SLOT_ORDERS].claim));
    if (r.end > arena->header->artists || r.first > r.end) {
        r = (struct range){0, 0};
    }
    return r;
}

enum priority slot_order_priority(const struct arena *arena, uint32_t slot, uint32_t sequence) {
    return (enum priority)(atomic_load(&orders_of(arena, slot)->order[sequence % SLOT_ORDERS].flags) & 3);
}

struct range slot_take_back(struct arena *arena, uint32_t slot, uint32_t sequence, uint32_t keep) {
    layout_u64 *claim = &orders_of(arena, slot)->order[sequence % SLOT_ORDERS].claim;
    uint64_t word = atomic_load(claim);
    for (;;) {
        struct range r = range_unpack(word);
        if (range_size(r) <= keep || r.end > arena->header->artists) {
            return (struct range){0, 0};
        }
        struct range kept = {r.first, r.first + keep};
        if (atomic_compare_exchange_weak(claim, &word, range_pack(kept))) {
            return (struct range){kept.end, r.end};
        }
    }
}

void slot_set_command(struct arena *arena, uint32_t slot, enum slot_command command) {
    atomic_store(&orders_of(arena, slot)->command, (uint32_t)command);
}

enum slot_command slot_command(const struct arena *arena, uint32_t slot) {
    return (enum slot_command)atomic_load(&orders_of(arena, slot)->command);
}

static void read_order(const struct layout_order *place, struct slot_order *order) {
    uint32_t flags = atomic_load(&place->flags);
    *order = (struct slot_order){
        .range = range_unpack(atomic_load(&place->claim)),
        .offset = atomic_load(&place->offset),
        .line = atomic_load(&place->line),
        .seek_artist = atomic_load(&place->seek_artist),
        .priority = (enum priority)(flags & 3),
        .alone = (flags & LAYOUT_ALONE) != 0,
    };
}

bool slot_current(struct arena *arena, uint32_t slot, struct slot_order *order) {
    struct layout_orders *orders = orders_of(arena, slot);
    struct layout_report *report = report_of(arena, slot);
    uint32_t begun = atomic_load(&report->begun);
    if (begun > 0) {
        read_order(&orders->order[(begun - 1) % SLOT_ORDERS], order);
        if (range_size(order->range) > 0) {
            return true;
        }
    }
    while (begun < atomic_load_explicit(&orders->given, memory_order_acquire)) {
        read_order(&orders->order[begun % SLOT_ORDERS], order);
        atomic_store(&report->begun, ++begun);
        CRASH_POINT(order_begun);
        if (range_size(order->range) > 0) {
            return true;
        }
    }
    return false;
}

// The first artist of what is unclaimed, or the last.
static bool claim_one(const struct arena *arena, uint32_t slot, layout_u64 *claim, bool last,
                      uint32_t *artist) {
    uint64_t word = atomic_load(claim);
    CRASH_POINT(claim_begun);
    for (;;) {
        struct range r = range_unpack(word);
        if (range_size(r) == 0) {
            return false;
        }
        INVARIANT(r.end <= arena->header->artists, "slot %u claims of [%u, %u) of %u artists", slot, r.first,
                  r.end, arena->header->artists);
        *artist = last ? --r.end : r.first++;
        if (atomic_compare_exchange_weak(claim, &word, range_pack(r))) {
            CRASH_POINT(claimed);
            return true;
        }
    }
}

bool slot_claim(struct arena *arena, uint32_t slot, uint32_t *artist) {
    uint32_t begun = atomic_load(&report_of(arena, slot)->begun);
    return begun > 0 &&
           claim_one(arena, slot, &orders_of(arena, slot)->order[(begun - 1) % SLOT_ORDERS].claim, false,
                     artist);
}

// Where one may be claimed: two places of each order at most.
struct far_place {
    uint32_t sequence;
    bool last;
};

static uint32_t far_places(const struct arena *arena, uint32_t slot, uint32_t most,
                           struct far_place place[2 * SLOT_ORDERS]) {
    uint32_t first, given, count = 0;
    uint32_t begun = atomic_load(&report_of(arena, slot)->begun);
    slot_sequences(arena, slot, &first, &given);
    for (uint32_t sequence = given; sequence-- > first;) {
        struct slot_order order;
        read_order(&layout_slot(arena, slot)->orders.order[sequence % SLOT_ORDERS], &order);
        uint32_t size = range_size(order.range);
        if (size > 0 && !order.alone && sequence >= begun) {
            place[count++] = (struct far_place){sequence, false};
        }
        if (size > 0 && !order.alone && order.range.end - order.seek_artist <= most) {
            place[count++] = (struct far_place){sequence, true};
        }
    }
    return count;
}

bool slot_claim_far(struct arena *arena, uint32_t slot, uint32_t turn, uint32_t most,
                    struct slot_order *order, uint32_t *artist) {
    struct far_place place[2 * SLOT_ORDERS];
    uint32_t count = far_places(arena, slot, most, place);
    for (uint32_t i = 0; i < count; i++) {
        const struct far_place *at = &place[(turn + i) % count];
        struct layout_order *from = &orders_of(arena, slot)->order[at->sequence % SLOT_ORDERS];
        read_order(from, order);
        if (claim_one(arena, slot, &from->claim, at->last, artist)) {
            return true;
        }
    }
    return false;
}
