// The last words of each class of failed attempts. Pure.
#ifndef RATION_LAST_WORDS_H
#define RATION_LAST_WORDS_H

#include "ration/snapshot.h"

// Takes the latest failed attempt of each slot into the place of its class, if it is newer than what stands
// there. Of several attempts of one slot between two looks only the last is seen.
void last_words_look(struct snapshot_words last[OUTCOME_OF_ATTEMPT], const struct snapshot *look);

#endif
