// When the files of a run are put on the disk, and how much of them is known to be there: what the machine's
// own death, which no journal survives, would take.
#ifndef RATION_OUTPUT_SYNC_H
#define RATION_OUTPUT_SYNC_H

#include "ration/arena.h"
#include "ration/output.h"

#include <stdint.h>

// Worker, from its loop: what has been written since the last call goes on its way to the disk, so that the
// next sync, for which the loop waits, finds little left. Does not wait, and promises nothing.
void output_sync_begin(struct output *output);

// Worker, from its loop; coordinator (GUARD_COORDINATOR), before the first spawn and after the last worker's
// end, because it waits for the disk. Syncs the files if `interval` has passed since anyone did (0: whenever
// that was; CLOCK_NEVER: not at all) and there is something to sync. 0, or an errno: of this sync, or of one
// that failed before. With an interval of 0, 0 also means that all that this process has appended is on the
// disk.
int output_sync(struct output *output, uint32_t slot, uint64_t interval, uint64_t now);

// Bytes of that file that are on the disk, for all that fdatasync(2) tells; they end with a line, and are
// committed: nothing of them is ever cut. Only grows, and stands still once a sync has failed. What earlier
// runs wrote counts from the first sync of this one on. Anyone, any time.
uint64_t output_sync_length(const struct arena *arena, enum output_file file);

// Coordinator: somebody waits until so many bytes of that file are on the disk. Workers then sync within
// moments, however long the interval is, unless it is CLOCK_NEVER.
void output_sync_want(struct arena *arena, enum output_file file, uint64_t length);

// The errno of a sync that failed, or 0. What the disk took since the last good one may be lost: the run must
// stop.
int output_sync_error(const struct arena *arena);

#endif
