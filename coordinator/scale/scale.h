// More or fewer workers while the run works.
#ifndef RATION_SCALE_H
#define RATION_SCALE_H

#include <stdint.h>

struct crew;

enum scale_result {
    SCALE_DONE,
    SCALE_NO_DESCRIPTORS, // refused with errno: nothing has changed
    SCALE_NO_MEMORY,      // the run cannot go on
    SCALE_BATCH,          // refused: one worker has all parts of a batch
};

// From now on slots [0, workers) are to have a worker: new ones are spawned by the loop, the highest ones
// drain, and what they have not claimed goes to others at once. `workers` is 1..BOUNDS_SLOTS.
enum scale_result scale_to(struct crew *crew, uint32_t workers);

#endif
