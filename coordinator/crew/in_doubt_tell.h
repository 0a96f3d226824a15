// What people are told of requests in doubt: how many, what becomes of them, and the first ids. The log file
// has all ids.
#ifndef RATION_IN_DOUBT_TELL_H
#define RATION_IN_DOUBT_TELL_H

#include "crew/crew.h"

// `artists` of an earlier run, treated as crew.in_doubt_policy says; of `unknown` more nobody knows which
// they are. false: the input cannot be read (told).
bool in_doubt_tell_earlier(const struct crew *crew, const struct range_table *artists, uint32_t unknown);

// `artists` that were in flight when the worker in `slot` died. Those that go to the errors file are told
// there, and not here. Without ids where the input cannot be read (told).
void in_doubt_tell_death(struct crew *crew, uint32_t slot, const struct range_table *artists);

// Artists that this machine of a fleet was leased, and that may have been asked by another one that died.
// false: the input cannot be read.
bool in_doubt_tell_fleet(const struct crew *crew, const struct range_table *artists);

#endif
