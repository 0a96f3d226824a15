// Whether the files of the run are still what it wrote, and under their names. Nobody but the run may change
// them: when somebody does, nothing more is written to that file nor cut from it, the run stops, and what
// only its descriptors keep alive is saved.
#ifndef RATION_OUTPUT_WATCH_H
#define RATION_OUTPUT_WATCH_H

#include "crew/crew.h"

#include <stdbool.h>

#define OUTPUT_WATCH_RESCUE "rescued.jsonl" // its name in the run's folder

// What the look at one file found.
enum output_watch_finding {
    OUTPUT_WATCH_FINE,
    OUTPUT_WATCH_DELETED,  // no name leads to it any more
    OUTPUT_WATCH_MOVED,    // its own name is free, another leads to it
    OUTPUT_WATCH_REPLACED, // another file has its name
    OUTPUT_WATCH_CHANGED,  // it is longer or shorter than what was written
};

// What is known of a file; pure facts, so that the decision can be tested.
struct output_watch_facts {
    bool named;     // its name leads to it
    bool name_free; // its name leads to nothing
    bool linked;    // some name leads to it, as far as the system tells
    bool changed;   // a process of the run found another size than what was committed
};
enum output_watch_finding output_watch_judge(const struct output_watch_facts *facts);

// A file in which the workers save answers that cannot be appended: in `folder`, that of the run, so that it
// outlives everybody, or without a name where there is none (folder < 0). A descriptor, O_APPEND; -1: there
// is none, nothing is told.
int output_watch_rescue_open(int folder);

// Each round, between reaping and giving out work: a worker has found a file changed.
bool output_watch_flagged(const struct crew *crew);
// Each tick: looks at names and sizes. False: something is wrong; told once.
bool output_watch_tick(struct crew *crew);
// When no worker is left: looks again, and saves what would be lost, beside the file or where there is room.
// True: all is as it was written, and nothing had to be saved.
bool output_watch_end(struct crew *crew);

#endif
