// The prices of a run's models, as one block of bytes: the coordinator makes it, and seals it; each worker
// maps it, and finds in it what an answer cost, by the model that answered. Nothing in it ever changes. Pure.
#ifndef RATION_PRICE_BOOK_H
#define RATION_PRICE_BOOK_H

#include "ration/bounds.h"
#include "ration/price.h"
#include "ration/price_name.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PRICE_BOOK_MAGIC 0x70726963U

// One row of the price lists.
struct price_entry {
    char provider[PRICE_PROVIDER_SIZE]; // as ration calls it; "": whichever provider it is
    char model[PRICE_NAME_SIZE];
    struct price price;
    bool known[PRICE_WAYS]; // the list has a price for that way; else it is the default's, of a batch half
    uint32_t date;          // 20261003: it was so then; 0: not told
    uint32_t until;         // likewise: the last day that it holds; 0: not told
};

// Why a price is what it is.
enum price_ground {
    PRICE_UNKNOWN,     // it is not known
    PRICE_TOLD,        // by the user: --price, or the session's own
    PRICE_OF_ANSWERED, // that of the model that answered
    PRICE_OF_ASKED,    // that one has none: it is that of the model that was asked
    PRICE_OF_TIER,     // nor has this one: it is that of a built-in tier
};

// Of the answers of one session.
struct price_session {
    char provider[PRICE_PROVIDER_SIZE]; // of its requests
    // PRICE_TOLD: `price` holds whatever answers. Else where the model that answers is in no list.
    enum price_ground ground;
    struct price price;
};

struct price_book {
    uint32_t magic;
    uint32_t count;
    struct price_session session[BOUNDS_SESSIONS];
    struct price_entry entry[]; // in the order of price_book_order(), each provider and model once
};

// By provider, then model.
int price_book_order(const void *a, const void *b);

// Bytes of one with so many entries.
size_t price_book_size(size_t entries);
// Whether these bytes, aligned as malloc's, are a book; what comes from elsewhere is not trusted to be one.
bool price_book_whole(const void *bytes, size_t length);

// The row of a model at a provider: by its exact name, at first; then without what only says its version, by
// the longest name; then that of the newest version of an undated one. NULL: no list has it.
const struct price_entry *price_book_find(const struct price_book *book, const char *provider,
                                          const char *model);

// Whether the book has a row for that very name at the provider, or for whichever, with or without its
// version.
bool price_book_says(const struct price_book *book, const char *provider, const char *model);

// A date of such a row: "2026-10-03".
#define PRICE_DATE_SIZE 11U
const char *price_book_date(uint32_t date, char out[PRICE_DATE_SIZE]);

// What an answer of that session costs, and why.
struct price_found {
    enum price_ground ground;
    const struct price *price;       // NULL: PRICE_UNKNOWN
    const struct price_entry *entry; // PRICE_OF_ANSWERED: its row; else NULL
};
// By the model that answered; NULL or "": it did not say.
struct price_found price_book_answer(const struct price_book *book, uint32_t session, const char *model);

#endif
