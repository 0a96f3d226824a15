#include "ration/ledger_part.h"

#include "arena/journal.h"
#include "arena/ledger_cost.h"
#include "arena/ledger_words.h"
#include "ration/arithmetic.h"
#include "ration/crash_point.h"

uint64_t ledger_part_row(const struct arena *arena, uint64_t input_bytes) {
    struct ledger_estimate estimate = ledger_estimate(arena, input_bytes);
    uint64_t most = 0;
    for (uint32_t i = 0; i < arena->header->sessions; i++) {
        most = arithmetic_most(most, ledger_cost_reserve(arena, i, &estimate));
    }
    return most;
}

static bool quota_allows(const struct layout_ledger *ledger, uint64_t rows, bool low) {
    uint64_t allowed = low ? ledger->quota_low_allowed : ledger->quota_allowed;
    uint64_t used = guarded_get(&ledger->quota_used);
    return ledger->quota_allowed == 0 || (used <= allowed && rows <= allowed - used);
}

bool ledger_part_fits(struct arena *arena, const struct ledger_part *part, const struct ledger_part *row) {
    const struct layout_ledger *ledger = layout_ledger(arena);
    if (!quota_allows(ledger, part->rows + row->rows, row->low)) {
        return false;
    }
    if (ledger_cost_fits(arena, part->cost + row->cost)) {
        return true;
    }
    if (part->rows == 0) { // what is chosen already goes first
        ledger_cost_refuse(arena, row->cost);
    }
    return false;
}

bool ledger_part_book(struct arena *arena, uint32_t slot, const struct ledger_part *part) {
    struct layout_ledger *ledger = layout_ledger(arena);
    if (!ledger_words_lock(arena, slot)) {
        return false;
    }
    bool quota = part->rows == 0 || quota_allows(ledger, part->rows, false);
    bool fits = quota && ledger_cost_fits(arena, part->cost);
    if (fits) {
        ledger_cost_book(arena, slot, part->cost);
        CRASH_POINT(part_booked);
        if (ledger->quota_allowed > 0 && part->rows > 0) {
            ledger_words_add(arena, &ledger->quota_used, part->rows);
        }
    } else if (quota) {
        ledger_cost_refuse(arena, part->cost);
    }
    ledger_words_commit(arena, slot);
    CRASH_POINT(part_unlocked);
    return fits;
}

void ledger_part_reopen(struct arena *arena, uint32_t slot, uint64_t cost) {
    if (!ledger_words_lock(arena, slot)) {
        return;
    }
    ledger_cost_undoubt(arena, cost);
    ledger_cost_book(arena, slot, cost);
    ledger_words_commit(arena, slot);
}

void ledger_part_end(struct arena *arena, uint32_t slot, uint64_t cost, bool doubt) {
    const struct ledger_booking booking = {.cost = cost};
    if (cost == 0 || !ledger_words_lock(arena, slot)) {
        return;
    }
    ledger_cost_unbook(arena, slot, &booking);
    if (doubt) {
        ledger_words_add(arena, &layout_ledger(arena)->cost_doubt, cost);
    }
    ledger_words_commit(arena, slot);
}
