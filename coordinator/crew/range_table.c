#include "crew/range_table.h"

#include "ration/log.h"

#include <stdlib.h>
#include <string.h>

void range_table_free(struct range_table *table) {
    free(table->range);
    *table = (struct range_table){0};
}

// The first range that ends at or behind `first`.
static size_t find(const struct range_table *table, uint32_t first) {
    size_t low = 0;
    size_t high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->range[middle].end < first) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool insert(struct range_table *table, size_t at, struct range range) {
    if (table->range == NULL || table->count == table->space) {
        size_t space = table->space > 0 ? table->space * 2 : 16;
        struct range *grown = reallocarray(table->range, space, sizeof(*grown));
        if (grown == NULL) {
            return false;
        }
        table->range = grown;
        table->space = space;
    }
    memmove(&table->range[at + 1], &table->range[at], (table->count - at) * sizeof(*table->range));
    table->range[at] = range;
    table->count++;
    return true;
}

static void erase(struct range_table *table, size_t at) {
    table->count--;
    memmove(&table->range[at], &table->range[at + 1], (table->count - at) * sizeof(*table->range));
}

bool range_table_add(struct range_table *table, struct range range) {
    if (range_size(range) == 0) {
        return true;
    }
    size_t at = find(table, range.first);
    struct range *next = at < table->count ? &table->range[at] : NULL;
    bool joins = next != NULL && next->end == range.first;
    const struct range *behind = at + joins < table->count ? &table->range[at + joins] : NULL;
    if (behind != NULL && behind->first < range.end) {
        log_panic("range [%u, %u) is given back twice", range.first, range.end);
    }
    if (joins) {
        next->end = range.end;
        if (at + 1 < table->count && table->range[at + 1].first == range.end) {
            next->end = table->range[at + 1].end;
            erase(table, at + 1);
        }
        return true;
    }
    if (next != NULL && next->first == range.end) {
        next->first = range.first;
        return true;
    }
    return insert(table, at, range);
}

bool range_table_remove(struct range_table *table, struct range range) {
    if (range_size(range) == 0) {
        return true;
    }
    size_t at = find(table, range.first + 1);
    if (at == table->count || table->range[at].first > range.first || table->range[at].end < range.end) {
        log_panic("range [%u, %u) is not in the table", range.first, range.end);
    }
    struct range whole = table->range[at];
    if (whole.first == range.first && whole.end == range.end) {
        erase(table, at);
    } else if (whole.first == range.first) {
        table->range[at].first = range.end;
    } else {
        table->range[at].end = range.first;
        if (whole.end != range.end) {
            return insert(table, at + 1, (struct range){range.end, whole.end});
        }
    }
    return true;
}

bool range_table_move(struct range_table *from, struct range range, struct range_table *to) {
    for (;;) {
        size_t at = find(from, range.first + 1);
        if (at == from->count || from->range[at].first >= range.end || range_size(range) == 0) {
            return true;
        }
        struct range piece = from->range[at];
        piece.first = piece.first > range.first ? piece.first : range.first;
        piece.end = piece.end < range.end ? piece.end : range.end;
        if (!range_table_remove(from, piece) || !range_table_add(to, piece)) {
            return false;
        }
        range.first = piece.end;
    }
}

uint32_t range_table_size(const struct range_table *table) {
    uint32_t size = 0;
    for (size_t i = 0; i < table->count; i++) {
        size += range_size(table->range[i]);
    }
    return size;
}
