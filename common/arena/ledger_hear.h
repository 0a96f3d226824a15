// What an answer's headers said of limits, heard by the dimensions of its session. Within a transaction of
// the ledger. Private to common/.
#ifndef RATION_LEDGER_HEAR_H
#define RATION_LEDGER_HEAR_H

#include "arena/ledger_words.h"

// A limit that was not known yet gets a dimension, where there is room. usage->lowered tells of one that fell
// so far that whoever runs it should know.
void ledger_hear_news(struct arena *arena, const struct ledger_booking *booking,
                      const struct ledger_usage *usage, uint64_t now);

#endif
