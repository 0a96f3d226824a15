// Outputs of machines that were copied together: lines of which the database knows where they stand, and what
// they are. Which file is whose is seen by what stands in it, whatever it is called.
#ifndef RATION_FLEET_FILES_H
#define RATION_FLEET_FILES_H

#include "fleet/fleet_database.h"
#include "fleet/fleet_place.h"
#include "ration/text.h"

#include <stdint.h>

struct fleet_files;

// Whose lines the run `run` (its number) has that stand on machines, and `path`, NULL at the end. NULL after
// telling. It must be closed before the database.
struct fleet_files *fleet_files_open(struct fleet_database *database, const char *run,
                                     const char *const *path);
void fleet_files_close(struct fleet_files *files);

// The lines of a batch, each with its end, in the place of what `out` held. 1; 0: no file has them as they
// were handed in, which is counted; -1 after telling.
int fleet_files_read(struct fleet_files *files, const struct fleet_place *place, struct text *out);

// Tells of which machines' outputs lines are missing, and how many. How many of all.
uint64_t fleet_files_missing(const struct fleet_files *files);

// Tells whose outputs are needed.
void fleet_files_wanted(struct fleet_database *database, const char *run);

#endif
