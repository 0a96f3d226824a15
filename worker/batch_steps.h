// What a part does next, from the file of its rows to that of its results; and what follows each answer.
#ifndef RATION_BATCH_STEPS_H
#define RATION_BATCH_STEPS_H

#include "batch.h"

// Goes on with the part if its time has come.
void batch_steps_run(struct batch_part *part, uint64_t now);
// When it wants to go on: monotonic; CLOCK_NEVER: not before its call has ended, or it is read.
uint64_t batch_steps_deadline(const struct batch_part *part);
// The API has it, under the id of that object.
void batch_steps_created(struct batch_part *part, const struct batch_object *object);
// Nobody knows whether the part was made, or what became of it: as the settings say. `why` for people.
void batch_steps_lose(struct batch_part *part, const char *why);

#endif
