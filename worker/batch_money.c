#include "batch_money.h"

#include "ration/arithmetic.h"
#include "ration/board.h"
#include "ration/ledger_part.h"

uint64_t batch_money_row(const struct batch *batch, uint64_t bytes) {
    return ledger_part_row(batch->worker->arena, bytes);
}

static bool is_low(const struct batch *batch, uint32_t artist) {
    return board_priority(batch->worker->arena, artist) == PRIORITY_LOW;
}

// Of the parts that were chosen and are not created yet.
static struct ledger_part chosen(const struct batch *batch) {
    struct ledger_part all = {0};
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        const struct batch_part *part = &batch->part[i];
        bool waits = part->step >= BATCH_STEP_FILLING && part->step <= BATCH_STEP_UPLOADED && !part->booked;
        all.cost += waits ? part->cost : 0;
        all.rows += waits && !part->counted ? part->record.rows : 0;
    }
    return all;
}

bool batch_money_fits(struct batch *batch, uint32_t artist, uint64_t cost) {
    struct ledger_part all = chosen(batch);
    const struct ledger_part row = {.cost = cost, .rows = 1, .low = is_low(batch, artist)};
    batch->poor = !ledger_part_fits(batch->worker->arena, &all, &row);
    return !batch->poor;
}

void batch_money_choose(struct batch_part *part, uint64_t cost) {
    part->cost += cost;
    part->shares++;
}

bool batch_money_book(struct batch_part *part) {
    const struct worker *worker = part->batch->worker;
    const struct ledger_part whole = {.cost = part->cost, .rows = part->counted ? 0 : part->record.rows};
    if (part->booked) {
        return true;
    }
    part->booked = ledger_part_book(worker->arena, worker->slot, &whole);
    part->counted = part->counted || part->booked;
    part->record.reserve = part->shares > 0 ? (part->cost + part->shares - 1) / part->shares : 0;
    return part->booked;
}

// ---- parts of before ----

// Whether a part that was made later, and is taken up as well, has it: then it is that one's.
static bool is_of_later(const struct batch_part *part, uint32_t artist) {
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        const struct batch_part *other = &part->batch->part[i];
        bool later = other->record.made > part->record.made ||
                     (other->record.made == part->record.made && other->record.number > part->record.number);
        if (other != part && other->adopted && later && batch_rows_has(&other->rows, artist)) {
            return true;
        }
    }
    return false;
}

static uint32_t open_rows(const struct batch_part *part) {
    const struct arena *arena = part->batch->worker->arena;
    uint32_t rows = 0, artists = arena_artists(arena);
    for (size_t i = 0; i < part->rows.count; i++) {
        struct range range = part->rows.range[i];
        for (uint32_t artist = range.first; artist < range.end && artist < artists; artist++) {
            rows += board_verdict(arena, artist) == BOARD_NONE && !is_of_later(part, artist);
        }
    }
    return rows;
}

void batch_money_adopt(struct batch *batch) {
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        struct batch_part *part = &batch->part[i];
        if (part->adopted && part->record.reserve > 0) {
            part->shares = open_rows(part);
            part->cost = part->record.reserve * part->shares;
            part->booked = true;
            ledger_part_reopen(batch->worker->arena, batch->worker->slot, part->cost);
        }
    }
}

// ---- its end ----

// The last row has what is left.
uint64_t batch_money_share(const struct batch_part *part) {
    return !part->booked ? 0 : part->shares > 1 ? part->cost / part->shares : part->cost;
}

void batch_money_give(struct batch_part *part, uint64_t share) {
    if (part->booked) {
        part->cost -= share;
        part->shares -= part->shares > 0;
    }
}

// Its rows stay chosen, with what they may cost.
void batch_money_release(struct batch_part *part) {
    if (part->booked) {
        ledger_part_end(part->batch->worker->arena, part->batch->worker->slot, part->cost, false);
        part->booked = false;
    }
}

void batch_money_doubt(struct batch_part *part) {
    if (part->booked) {
        ledger_part_end(part->batch->worker->arena, part->batch->worker->slot, part->cost, true);
        part->booked = part->counted = false;
    }
}
