// Lines that wait for their append, and the appends: whole lines in batches, prepared before the guard is
// taken. A line that cannot be written is kept, because it was paid for.
#ifndef RATION_RECORDER_H
#define RATION_RECORDER_H

#include "artist.h"
#include "ration/output.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct recorder_entry {
    struct artist *artist;
    size_t length; // of its line
};

struct recorder_queue {
    struct text text;
    struct recorder_entry *entry;
    size_t entries, capacity;
};

struct recorder {
    struct output output;
    uint32_t slot;
    struct recorder_queue queue[OUTPUT_FILES];
    void *context;
    bool orphaned, changed; // the coordinator is dead; somebody else has changed a file
    void (*recorded)(void *context, struct artist *artist, enum output_file file);
    void (*rescued)(void *context, struct artist *artist, enum output_file file);
};

// `rescued` is called for each line that cannot become part of its file, because somebody else has changed
// it: an answer was saved, see output_rescue.h, an error is left to the run that asks again. `recorded` is
// called for each line that has become part of its file.
void recorder_open(struct recorder *recorder, struct arena *arena, uint32_t slot,
                   void (*recorded)(void *context, struct artist *artist, enum output_file file),
                   void (*rescued)(void *context, struct artist *artist, enum output_file file),
                   void *context);
void recorder_close(struct recorder *recorder);

// Where the caller adds the artist's line, before recorder_add().
struct text *recorder_text(struct recorder *recorder, enum output_file file);
// The artist's line, from `start` on, stands in recorder_text(). 0, or -1 when out of memory: the line is
// gone.
int recorder_add(struct recorder *recorder, enum output_file file, struct artist *artist, size_t start);

// Appends what waits, or rescues it; `changed` then stays set. 0, or the errno of output_append(): what is
// left stays queued.
int recorder_flush(struct recorder *recorder, uint64_t deadline);
size_t recorder_waiting(const struct recorder *recorder);

#endif
