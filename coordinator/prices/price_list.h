// The rows of price lists as they are read, and the one book that is made of them. Pure but for memory.
#ifndef RATION_PRICE_LIST_H
#define RATION_PRICE_LIST_H

#include "prices/price_draft.h"
#include "ration/price_book.h"

#include <stddef.h>
#include <stdint.h>

struct price_row {
    struct price_entry entry;
    size_t number; // of those that the list was given
};
struct price_list {
    struct price_row *row;
    size_t count, room;
};

// Who and what, and since when; `provider` as the list has it. A name that is too long or empty is passed
// over.
struct price_named {
    const char *provider; // "": whichever
    size_t provider_length;
    const char *model;
    uint32_t date, until; // 20261003; 0: not told
};

// 0, or -1 when out of memory. A draft without a price is passed over.
int price_list_add(struct price_list *list, const struct price_named *named, const struct price_draft *draft);
void price_list_free(struct price_list *list);

// The book of the rows, and of those of `before` (or NULL) that no row here says anew: of the same model, or
// of one of whose name it is but a version. Of two rows of the same model the later one holds. malloc'ed;
// NULL when out of memory.
struct price_book *price_list_book(struct price_list *list, const struct price_book *before);

#endif
