// Where outcomes are recorded: today as lines that are appended to two files in one transaction with the
// board, see ration/output.h. Whole lines in batches, prepared before the guard is taken. A line that cannot
// be written is kept, because it was paid for. Whoever calls this says what is recorded, and knows neither
// files nor keys; a second place to record in has these functions and these promises:
//   - an outcome is recorded with its artist's verdict or not at all, whenever a process dies
//   - `recorded` is called only when that has happened, `rescued` when it can never happen in this run; until
//     then the outcome is kept
//   - nothing waits but recorder_flush(), and that not beyond its deadline
#ifndef RATION_RECORDER_H
#define RATION_RECORDER_H

#include "artist.h"
#include "ration/output.h"
#include "ration/result_line.h"
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
    const struct result_format *format;
    struct recorder_queue queue[OUTPUT_FILES];
    void *context;
    bool orphaned, changed; // the coordinator is dead; somebody else has changed a file
    void (*recorded)(void *context, struct artist *artist, enum output_file file);
    void (*rescued)(void *context, struct artist *artist, enum output_file file);
};

// `rescued` is called for each line that cannot become part of its file, because somebody else has changed
// it, or the disk does not take it and the run stops: an answer was saved, see output_rescue.h, an error is
// left to the run that asks again. `recorded` is called for each line that has become part of its file.
void recorder_open(struct recorder *recorder, struct arena *arena, uint32_t slot,
                   const struct result_format *format,
                   void (*recorded)(void *context, struct artist *artist, enum output_file file),
                   void (*rescued)(void *context, struct artist *artist, enum output_file file),
                   void *context);
void recorder_close(struct recorder *recorder);

// Its outcome, to be recorded at the next flush. 0, or -1 when out of memory: it is gone.
int recorder_add(struct recorder *recorder, enum output_file file, struct artist *artist,
                 const struct result_line *line);

// A failure that may yet turn out to be none: kept with the artist, and recorded when it is known, with
// whether it is unproven. -1 as above, or nothing was kept.
void recorder_keep(const struct recorder *recorder, struct artist *artist, const struct result_line *line);
int recorder_add_kept(struct recorder *recorder, struct artist *artist, bool unproven);

// Appends what waits, or rescues it; `changed` then stays set. 0, or the errno of output_append(): what is
// left stays queued.
int recorder_flush(struct recorder *recorder, uint64_t deadline);
// Rescues what waits, without another try. 0, or an errno: what is left stays queued.
int recorder_rescue(struct recorder *recorder, uint64_t deadline);
size_t recorder_waiting(const struct recorder *recorder);

#endif
