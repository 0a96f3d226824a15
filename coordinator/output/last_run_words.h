// The command line of a run out of its record, as last_run_command() wrote it. Pure.
#ifndef RATION_LAST_RUN_WORDS_H
#define RATION_LAST_RUN_WORDS_H

#include "output/last_run.h"

#include <stddef.h>

#define LAST_RUN_WORDS 1024 // at most; more are not taken apart

// The words behind "ration", NULL at their end; they stand in `room`. What the record leaves out, the address
// of --alert-webhook, is left out here with its option, and so is --resume. Their number; -1: the record has
// no command, or it is none that last_run_command() wrote.
int last_run_words(const char *command, char room[LAST_RUN_COMMAND], char *words[LAST_RUN_WORDS + 1]);

#endif
