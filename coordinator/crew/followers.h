// --identical once: artists whose requests are the same. One of them, the leader, is asked as any other; the
// others follow it: no worker ever has them. When the line of their leader is committed, whatever it says,
// the coordinator gives each of them one of its own that says the same, through the transaction that all
// lines go through.
//
// It reads the leaders' lines from the files as they grow, so a resume serves whom a killed run did not.
// Nothing in it waits: a busy guard, a full disk and what is too much for one round are left for the next.
#ifndef RATION_FOLLOWERS_H
#define RATION_FOLLOWERS_H

#include "crew/crew.h"

#include <stdbool.h>
#include <stdint.h>

struct followers;

struct followers_begin {
    const struct range_table *in_doubt; // asked by an earlier run that was killed: they follow nobody
    // an answer of an earlier run is to the request that its artist has now: else it leads nobody
    bool (*fresh)(void *context, uint32_t artist);
    void *context;
};

// Once the board has verdicts and priorities, and the lengths of the files are told; before the first order.
// Finds the groups. A follower gets PRIORITY_FOLLOWER, and its leader the priority of the most urgent of its
// followers. Artists that an earlier run has failed for good neither lead nor follow. 0, or -1 after telling.
int followers_begin(struct crew *crew, const struct followers_begin *begin);
void followers_free(struct followers *followers); // all may be given NULL

// Each round: writes lines until `until`, at least some. False: it cannot go on, told.
bool followers_serve(struct crew *crew, uint64_t until);
// More could be written at once.
bool followers_pending(const struct followers *followers);

// Those that have no line yet; those that got one from this run.
uint32_t followers_waiting(const struct followers *followers);
uint32_t followers_served(const struct followers *followers);
// Of those that wait, how many get none in this run: once all others have a verdict, all of them, since their
// leaders are left out. Until then 0.
uint32_t followers_left_out(const struct followers *followers);

#endif
