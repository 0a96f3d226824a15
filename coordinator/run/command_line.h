// The command line of the commands that look at a run or steer it: ps, workers, restart-worker, kill-worker,
// pause, resume, stop.
#ifndef RATION_COMMAND_LINE_H
#define RATION_COMMAND_LINE_H

#include "config/suggest.h"

#include <stdbool.h>
#include <stdio.h>

// True when `word` is one of them.
bool command_line_knows(const char *word);

// words[0] is the command; NULL ends them. Does it; returns the exit status, a client_exit.
int command_line_obey(char *const *words);

// Offers the name of each.
void command_line_offer(struct suggest *suggest);

// One line for each command.
void command_line_usage(FILE *out);

#endif
