// The command `ration show`: answers in a terminal, with what was asked beside them.
#ifndef RATION_SHOW_H
#define RATION_SHOW_H

// words[0] is the command, NULL ends them. Returns the exit status, an exit_code.
int show_command(int count, char **words);

#endif
