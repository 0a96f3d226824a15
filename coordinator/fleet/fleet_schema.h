// The schema of a fleet's database: what is built in, and what stands there.
#ifndef RATION_FLEET_SCHEMA_H
#define RATION_FLEET_SCHEMA_H

#include "fleet/fleet_database.h"

// Brings the database to this program's version, in one transaction; twice is once. Refuses one that a later
// program has made. Tells what it did, and what the server's settings mean for a fleet. An exit_code.
int fleet_schema_init(struct fleet_database *database);

#endif
