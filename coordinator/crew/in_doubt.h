// Requests in doubt: sent, perhaps billed, no answer recorded, because a process died. Finds them in the
// arena that an earlier run left behind, tells them by id, and does what --in-doubt says. A run that was
// killed leaves its arena; one that ends with some undecided leaves it, too.
#ifndef RATION_IN_DOUBT_H
#define RATION_IN_DOUBT_H

#include "crew/crew.h"
#include "ration/ledger.h"

#include <stdint.h>

// Called with the run's lock held, so nobody uses the arena any more. Puts the artists that were in flight
// into stale->artists, if it was made from the same input (`input_mark`); else only stale->unknown counts
// them. Then moves it aside, so that a new one can have its name; there it is found again until
// in_doubt_forget_stale(). 0, also when there is none, or -1 after telling.
struct in_doubt_stale {
    struct range_table artists; // the caller's
    uint32_t unknown;
    char run_id[ARENA_RUN_ID_SIZE]; // of the run that they are of; "": of none, or of another input
};
int in_doubt_take_stale(const char *arena_name, uint64_t input_mark, struct in_doubt_stale *stale);

// The output is about to be replaced, and with it the arena's name: what stands aside is to be found by
// `next_name` as well. 0, or -1 with errno.
int in_doubt_keep_for(const char *arena_name, const char *next_name);

// A run has ended: nobody uses its arena but the caller. What is in doubt in it is kept for the next
// --resume, as that of a killed run would be; without any it goes.
void in_doubt_leave(const struct arena *arena, const char *arena_name);

// Which run the arena that stands aside belongs to, and the daily quota as that run left it. False: there is
// none.
bool in_doubt_stale_quota(const char *arena_name, char run_id[ARENA_RUN_ID_SIZE], struct ledger_quota *quota);

// Likewise, and what was paid for the output up to that run's end.
bool in_doubt_stale_paid(const char *arena_name, char run_id[ARENA_RUN_ID_SIZE], struct ledger_paid *paid);

// Removes what stands aside, if anything. Not before the new arena knows all of it. 0, or -1 after telling.
int in_doubt_forget_stale(const char *arena_name);

// Requests that are in flight and have no verdict.
uint32_t in_doubt_count(const struct arena *arena);

// Requests in doubt of this run and of those before it that it has taken over.
uint64_t in_doubt_of_run(const struct crew *crew);

// `artists` of an earlier run: those that have no answer now are told by id, and treated as
// crew.in_doubt_policy says. Before the first order. false: out of memory, or the input cannot be read
// (told).
bool in_doubt_decide(struct crew *crew, const struct range_table *artists, uint32_t unknown);

// Where an artist goes whose worker died while it was in flight, or NULL: it is asked again, by this run. It
// stays in flight on the board there, until it has a verdict.
struct range_table *in_doubt_place(struct crew *crew);

#endif
