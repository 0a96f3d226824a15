// The lines of a run as rows of a table of the user's: artist_id, answer, failed.
#ifndef RATION_FLEET_TABLE_H
#define RATION_FLEET_TABLE_H

#include "fleet/fleet_database.h"
#include "fleet/fleet_files.h"

// `name` is as people write it: TABLE, which is in the schema public, or SCHEMA.TABLE. `whose` tells the run:
// a table that was made for another one is refused. `files`: as fleet_lines_answers() has it. An exit code.
int fleet_table(struct fleet_database *database, const char *run, const char *whose,
                struct fleet_files *files, const char *name);

#endif
