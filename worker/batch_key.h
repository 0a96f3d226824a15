// Keys that the API refuses: what was made with them stays there. It is told, and asked again, as a key may
// be put right while the run is at work; a run that has nothing else left ends.
#ifndef RATION_BATCH_KEY_H
#define RATION_BATCH_KEY_H

#include "batch.h"

// The answer to a call of the part.
void batch_key_hear(struct batch_part *part, const struct batch_reply *reply);
// In words for people, behind what did not succeed; "": it is not the key.
const char *batch_key_advice(const struct batch_part *part);

#endif
