// The command `ration fleet`, which is a program of its own: so that a run needs no library of a database.
#ifndef RATION_FLEET_COMMAND_H
#define RATION_FLEET_COMMAND_H

// words[0] is the command, NULL ends them. Becomes ration-fleet, or returns an exit_code after telling.
int fleet_command(char **words);

#endif
