// The lines of a run, batch after batch: from the database, or from the outputs of its machines.
#ifndef RATION_FLEET_LINES_H
#define RATION_FLEET_LINES_H

#include "fleet/fleet_database.h"
#include "fleet/fleet_files.h"

#include <stddef.h>

// Whole lines. 0, or -1 after telling, which ends it.
typedef int fleet_lines_take(void *context, const char *bytes, size_t length);

// Answers, in an order that is the same wherever they are kept. `files`: NULL where all are in the database.
// Short statements, no long transaction. 0, or -1 after telling.
int fleet_lines_answers(struct fleet_database *database, const char *run, struct fleet_files *files,
                        fleet_lines_take *take, void *context);
int fleet_lines_failures(struct fleet_database *database, const char *run, fleet_lines_take *take,
                         void *context);

#endif
