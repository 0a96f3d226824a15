// An artist in this worker's hands, from claim to verdict, and the pool that the structs come from.
#ifndef RATION_ARTIST_H
#define RATION_ARTIST_H

#include "kinds.h"
#include "limits/limit_headers.h"
#include "ration/ledger.h"
#include "ration/request.h"
#include "ration/text.h"

#include <stddef.h>
#include <stdint.h>

#define ARTIST_TEXTS (6U + KINDS_MOST)

// claimed → ready → booked → in flight → recorded, or → waiting → ready again. It stands in one
// place at a time: the ready list, the heap of departures, the transfers, the heap of retries, or the
// recorder's queue. Or it stands aside: it was refused, and whose fault that is will show.
struct artist {
    struct artist *next; // in the ready list or the pool
    union {              // emptied for each artist, and their memory used again
        struct {
            struct text id;               // artist_id, as in the input
            struct text name;             // likewise
            struct text head;             // the beginning of its output line, see result_line_begin()
            struct text body[KINDS_MOST]; // of the request, of each kind
            // likewise, with the last answer and what was wrong with it; empty: none, see artist_body()
            struct text repaired;
            struct text line; // for the errors file, while it is open whose fault a refusal is
            struct text said; // likewise: the status and the API's words, for people
        };
        struct text text[ARTIST_TEXTS];
    };
    // cleared for each artist
    uint32_t index;
    uint64_t when;                 // in a heap: departure or next try, monotonic
    struct ledger_booking booking; // while booked or in flight
    uint64_t started;              // of the attempt under way
    uint64_t ticket;               // likewise, among the slot's latest requests
    uint32_t counted;              // attempts that count, the one under way included
    uint32_t uncounted;            // attempts of this holding that did not count
    uint32_t overloads;            // of those, how many met an overloaded API
    uint32_t textless;             // answers of this holding that came whole and gave no text
    uint32_t refusals;             // of those that did not count: by whoever's fault
    uint32_t full;                 // of those, how many met a tier without capacity,
    uint64_t full_since;           // and when the first of them did, monotonic
    struct blame_row row;          // whose fault they were
    enum outcome_class refused;    // the class of the last one,
    enum outcome_class class;      // that of its line,
    long status;                   // and its status; 0: none came
    bool counts;                   // what ended it is counted when its line is written
    bool limited;                  // it came of a limit
    bool far;                      // claimed out of turn, see reach.h
    bool fresh;                    // the next attempt goes over a connection of its own
    bool never;                    // see struct outcome
    uint8_t most;                  // likewise
    struct ledger_usage usage;     // of the answer that is being recorded
    uint64_t latency_ms;
    uint64_t cost;          // nano-dollars, of all attempts of this holding, as far as it is known
    uint32_t repaired_kind; // of `repaired`
    uint32_t number;        // of the recorded line among those of its file, 1, 2, …; no other line has it
    uint32_t endpoint;      // where its request goes, of the settings'
    char hash[REQUEST_HASH_SIZE];
    // of the attempt under way, and cleared for each
    struct limit_headers limits; // of the answer, as they come
    struct ledger_news news;     // and what they say
    struct ledger_lowered lowered;
};

_Static_assert(offsetof(struct artist, index) ==
                   offsetof(struct artist, text) + ARTIST_TEXTS * sizeof(struct text),
               "all texts are in text[]");

struct artist_pool {
    struct artist *free;
    uint32_t taken;
};

// An empty artist; NULL when out of memory.
struct artist *artist_take(struct artist_pool *pool);
void artist_give_back(struct artist_pool *pool, struct artist *artist);
// What is sent for it now, as requests of that kind.
const struct text *artist_body(const struct artist *artist, uint32_t kind);
// Frees those that were given back.
void artist_pool_free(struct artist_pool *pool);

// First in, first out.
struct artist_list {
    struct artist *first, *last;
    uint32_t count;
};
void artist_append(struct artist_list *list, struct artist *artist);
void artist_prepend(struct artist_list *list, struct artist *artist);
// Behind `before`; NULL: as the first.
void artist_insert(struct artist_list *list, struct artist *before, struct artist *artist);
struct artist *artist_shift(struct artist_list *list); // NULL when empty

#endif
