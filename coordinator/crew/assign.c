#include "crew/assign.h"

#include "ration/board.h"
#include "ration/crash_point.h"
#include "ration/guard.h"
#include "ration/log.h"
#include "ration/slot.h"

#define LEAST_SPLIT 8U // artists of a higher priority that are worth taking from another worker

static bool give(struct crew *crew, uint32_t slot, struct range range, enum priority priority, bool alone) {
    struct slot_order order = {.range = range, .priority = priority, .alone = alone};
    input_index_locate(crew->index, range.first, &order.offset, &order.line, &order.seek_artist);
    // First our own list, then the worker: a range that is given but not listed would be lost with the
    // worker.
    if (!range_table_add(&crew->worker[slot].held[priority], range)) {
        return false;
    }
    CRASH_POINT(order_listed);
    if (!slot_give(crew->arena, slot, &order)) {
        log_panic("slot %u takes no order although it has room", slot);
    }
    CRASH_POINT(order_given);
    crew_ring(crew, slot);
    return true;
}

// The next portion of unowned work, in order of priority. An empty range: nothing is left. false: out of
// memory.
static bool take_portion(struct crew *crew, struct range *portion, enum priority *priority) {
    *portion = (struct range){0, 0};
    for (int p = 0; p < PRIORITIES; p++) {
        struct range_table *table = &crew->free[p];
        while (table->count > 0) {
            struct range first = table->range[0];
            uint32_t next = board_next(crew->arena, first, (enum priority)p);
            if (!range_table_remove(table, (struct range){first.first, next})) {
                return false;
            }
            if (next == first.end) {
                continue;
            }
            uint32_t size =
                range_portion(range_table_size(table), crew_live(crew), crew->settings->in_flight);
            *portion = (struct range){next, size < first.end - next ? next + size : first.end};
            *priority = (enum priority)p;
            return range_table_remove(table, *portion);
        }
    }
    return true;
}

static bool takes_orders(const struct crew *crew, uint32_t slot) {
    return crew->worker[slot].phase == CREW_LIVE;
}

// Unclaimed artists in the orders of a worker.
static uint32_t unclaimed(const struct crew *crew, uint32_t slot) {
    uint32_t begun, given, count = 0;
    slot_sequences(crew->arena, slot, &begun, &given);
    for (uint32_t sequence = begun; sequence < given; sequence++) {
        count += range_size(slot_unclaimed(crew->arena, slot, sequence));
    }
    return count;
}

// One suspect at a time, so that the next death tells which artist it was.
static bool give_suspect(struct crew *crew) {
    uint32_t best = BOUNDS_SLOTS;
    uint32_t least = UINT32_MAX;
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        if (crew_phase_has_process(crew->worker[slot].phase) && crew->worker[slot].alone != CREW_NOBODY) {
            return true;
        }
        uint32_t left = unclaimed(crew, slot);
        if (takes_orders(crew, slot) && slot_reserve(crew->arena, slot) < 2 && left < least) {
            best = slot;
            least = left;
        }
    }
    if (best == BOUNDS_SLOTS) {
        return true;
    }
    struct range one = {crew->suspects.range[0].first, crew->suspects.range[0].first + 1};
    crew->worker[best].alone = one.first;
    return range_table_remove(&crew->suspects, one) &&
           give(crew, best, one, board_priority(crew->arena, one.first), true);
}

// The order of another worker with the most unclaimed artists.
struct remainder {
    uint32_t slot, sequence, size;
};

// Only orders of a higher priority than `below`, with at least `least` unclaimed artists. size 0: there is
// none.
static struct remainder largest_remainder(const struct crew *crew, uint32_t slot, int below, uint32_t least) {
    struct remainder best = {0};
    for (uint32_t other = 0; other < crew->size; other++) {
        uint32_t begun, given;
        if (other == slot || !crew_phase_has_process(crew->worker[other].phase)) {
            continue;
        }
        slot_sequences(crew->arena, other, &begun, &given);
        for (uint32_t sequence = begun; sequence < given; sequence++) {
            uint32_t size = range_size(slot_unclaimed(crew->arena, other, sequence));
            bool alone = crew->worker[other].alone != CREW_NOBODY && size == 1;
            bool wanted = (int)slot_order_priority(crew->arena, other, sequence) < below;
            if (size >= least && size > best.size && !alone && wanted) {
                best = (struct remainder){other, sequence, size};
            }
        }
    }
    return best;
}

// Half of another worker's remainder goes to `slot`.
static bool split(struct crew *crew, uint32_t slot, struct remainder from) {
    enum priority priority = slot_order_priority(crew->arena, from.slot, from.sequence);
    struct range taken = slot_take_back(crew->arena, from.slot, from.sequence, from.size / 2);
    struct range_table pieces = {0};
    bool good = range_table_move(&crew->worker[from.slot].held[priority], taken, &pieces);
    // What is finished already may be missing from the list: usually it is one piece.
    for (size_t i = 0; good && i < pieces.count; i++) {
        good = i == 0 ? give(crew, slot, pieces.range[i], priority, false)
                      : range_table_add(&crew->free[priority], pieces.range[i]);
    }
    range_table_free(&pieces);
    return good;
}

// One order for a worker without a reserve. *given false: there is nothing for it. false: out of memory.
static bool give_next(struct crew *crew, uint32_t slot, bool *given) {
    struct range portion;
    enum priority priority = PRIORITY_NORMAL;
    *given = true;
    if (!take_portion(crew, &portion, &priority)) {
        return false;
    }
    // Work of a higher priority that waits at another worker comes first; too little of it is not worth an
    // order, and would go to and fro.
    bool none = range_size(portion) == 0;
    struct remainder rest = {0};
    if (!none) {
        rest = largest_remainder(crew, slot, (int)priority, LEAST_SPLIT);
    }
    if (rest.size > 0) {
        return range_table_add(&crew->free[priority], portion) && split(crew, slot, rest);
    }
    if (!none) {
        return give(crew, slot, portion, priority, false);
    }
    *given = false;
    if (unclaimed(crew, slot) == 0) {
        rest = largest_remainder(crew, slot, PRIORITIES, 1);
    }
    return rest.size == 0 || split(crew, slot, rest);
}

bool assign_orders(struct crew *crew) {
    if (crew->withheld) {
        return true;
    }
    if (crew->suspects.count > 0 && !give_suspect(crew)) {
        return false;
    }
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        bool given = true;
        while (given && takes_orders(crew, slot) && slot_reserve(crew->arena, slot) == 0) {
            if (!give_next(crew, slot, &given)) {
                return false;
            }
        }
    }
    return true;
}

static bool sweep(struct crew *crew) {
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        struct crew_worker *worker = &crew->worker[slot];
        if (worker->alone != CREW_NOBODY && board_verdict(crew->arena, worker->alone) != BOARD_NONE) {
            worker->alone = CREW_NOBODY;
        }
        for (int p = 0; p < PRIORITIES; p++) {
            struct range_table *held = &worker->held[p];
            for (size_t i = held->count; i-- > 0;) {
                struct range range = held->range[i];
                uint32_t next = board_next(crew->arena, range, (enum priority)p);
                if (!range_table_remove(held, (struct range){range.first, next})) {
                    return false;
                }
            }
        }
    }
    return true;
}

bool assign_sweep(struct crew *crew) {
    // Nobody else is inside then. A verdict of a transaction that is still open may be rolled back: an artist
    // that was forgotten on the strength of it would never be asked again.
    if (!guard_try(crew->arena, GUARD_OUTPUT, GUARD_COORDINATOR)) {
        return true;
    }
    bool good = sweep(crew);
    guard_unlock(crew->arena, GUARD_OUTPUT, GUARD_COORDINATOR);
    return good;
}

bool assign_withdraw(struct crew *crew, uint32_t slot) {
    struct crew_worker *worker = &crew->worker[slot];
    uint32_t begun, given;
    slot_sequences(crew->arena, slot, &begun, &given);
    for (uint32_t sequence = begun; sequence < given; sequence++) {
        enum priority priority = slot_order_priority(crew->arena, slot, sequence);
        struct range taken = slot_take_back(crew->arena, slot, sequence, 0);
        bool suspect = range_size(taken) == 1 && taken.first == worker->alone;
        struct range_table *to = suspect ? &crew->suspects : &crew->free[priority];
        if (!range_table_move(&worker->held[priority], taken, to)) {
            return false;
        }
        if (suspect) {
            worker->alone = CREW_NOBODY;
        }
    }
    return true;
}
