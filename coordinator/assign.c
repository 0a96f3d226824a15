#include "assign.h"

#include "ration/board.h"
#include "ration/crash_point.h"
#include "ration/log.h"
#include "ration/slot.h"

static bool give(struct crew *crew, uint32_t slot, struct range range, enum record_priority priority, bool alone) {
    struct slot_order order = {.range = range, .priority = priority, .alone = alone};
    input_index_locate(crew->index, range.first, &order.offset, &order.line, &order.seek_artist);
    // First our own list, then the worker: a range that is given but not listed would be lost with the worker.
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

// The next portion of unowned work, in order of priority. An empty range: nothing is left. false: out of memory.
static bool take_portion(struct crew *crew, struct range *portion, enum record_priority *priority) {
    *portion = (struct range){0, 0};
    for (int p = 0; p < RECORD_PRIORITIES; p++) {
        struct range_table *table = &crew->free[p];
        while (table->count > 0) {
            struct range first = table->range[0];
            uint32_t next = board_next(crew->arena, first, (enum record_priority)p);
            if (!range_table_remove(table, (struct range){first.first, next})) {
                return false;
            }
            if (next == first.end) {
                continue;
            }
            uint32_t size = range_portion(range_table_size(table), crew_live(crew), crew->settings->in_flight);
            *portion = (struct range){next, size < first.end - next ? next + size : first.end};
            *priority = (enum record_priority)p;
            return range_table_remove(table, *portion);
        }
    }
    return true;
}

static bool takes_orders(const struct crew *crew, uint32_t slot) {
    return crew->worker[slot].phase == CREW_LIVE && !crew->worker[slot].draining;
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
    uint32_t best = ARENA_MAX_SLOTS;
    uint32_t least = UINT32_MAX;
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        if (crew->worker[slot].phase == CREW_LIVE && crew->worker[slot].alone != CREW_NOBODY) {
            return true;
        }
        uint32_t left = unclaimed(crew, slot);
        if (takes_orders(crew, slot) && slot_reserve(crew->arena, slot) < 2 && left < least) {
            best = slot;
            least = left;
        }
    }
    if (best == ARENA_MAX_SLOTS) {
        return true;
    }
    struct range one = {crew->suspects.range[0].first, crew->suspects.range[0].first + 1};
    crew->worker[best].alone = one.first;
    return range_table_remove(&crew->suspects, one) &&
           give(crew, best, one, board_priority(crew->arena, one.first), true);
}

// Half of the largest remainder of another worker's order goes to `slot`, which has nothing to claim.
static bool split_for(struct crew *crew, uint32_t slot) {
    uint32_t victim = ARENA_MAX_SLOTS, victim_sequence = 0, largest = 0;
    for (uint32_t other = 0; other < crew->size; other++) {
        uint32_t begun, given;
        if (other == slot || crew->worker[other].phase != CREW_LIVE) {
            continue;
        }
        slot_sequences(crew->arena, other, &begun, &given);
        for (uint32_t sequence = begun; sequence < given; sequence++) {
            uint32_t size = range_size(slot_unclaimed(crew->arena, other, sequence));
            bool alone = crew->worker[other].alone != CREW_NOBODY && size == 1;
            if (size > largest && !alone) {
                largest = size;
                victim = other;
                victim_sequence = sequence;
            }
        }
    }
    if (victim == ARENA_MAX_SLOTS) {
        return true;
    }
    enum record_priority priority = slot_order_priority(crew->arena, victim, victim_sequence);
    struct range taken = slot_take_back(crew->arena, victim, victim_sequence, largest / 2);
    struct range_table pieces = {0};
    bool good = range_table_move(&crew->worker[victim].held[priority], taken, &pieces);
    // What is finished already may be missing from the list: usually it is one piece.
    for (size_t i = 0; good && i < pieces.count; i++) {
        good = i == 0 ? give(crew, slot, pieces.range[i], priority, false)
                      : range_table_add(&crew->free[priority], pieces.range[i]);
    }
    range_table_free(&pieces);
    return good;
}

bool assign_orders(struct crew *crew) {
    if (crew->suspects.count > 0 && !give_suspect(crew)) {
        return false;
    }
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        while (takes_orders(crew, slot) && slot_reserve(crew->arena, slot) == 0) {
            struct range portion;
            enum record_priority priority = RECORD_NORMAL;
            if (!take_portion(crew, &portion, &priority)) {
                return false;
            }
            if (range_size(portion) == 0) {
                if (unclaimed(crew, slot) == 0 && !split_for(crew, slot)) {
                    return false;
                }
                break;
            }
            if (!give(crew, slot, portion, priority, false)) {
                return false;
            }
        }
    }
    return true;
}

bool assign_sweep(struct crew *crew) {
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        struct crew_worker *worker = &crew->worker[slot];
        if (worker->alone != CREW_NOBODY && board_verdict(crew->arena, worker->alone) != BOARD_NONE) {
            worker->alone = CREW_NOBODY;
        }
        for (int p = 0; p < RECORD_PRIORITIES; p++) {
            struct range_table *held = &worker->held[p];
            for (size_t i = held->count; i-- > 0;) {
                struct range range = held->range[i];
                uint32_t next = board_next(crew->arena, range, (enum record_priority)p);
                if (!range_table_remove(held, (struct range){range.first, next})) {
                    return false;
                }
            }
        }
    }
    return true;
}

bool assign_withdraw(struct crew *crew, uint32_t slot) {
    struct crew_worker *worker = &crew->worker[slot];
    uint32_t begun, given;
    slot_sequences(crew->arena, slot, &begun, &given);
    for (uint32_t sequence = begun; sequence < given; sequence++) {
        enum record_priority priority = slot_order_priority(crew->arena, slot, sequence);
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
