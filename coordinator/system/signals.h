// Signals: at first caught as a flag, so that a start can be broken off; then events, blocked and read from a
// descriptor by the supervising loop.
#ifndef RATION_SIGNALS_H
#define RATION_SIGNALS_H

#include <stdbool.h>

// Until signals_open(): SIGINT, SIGTERM and SIGHUP interrupt system calls and set the flag that
// signals_caught() returns. A SIGHUP that is ignored (nohup) stays so; SIGINT does not, because shells start
// the background jobs of scripts with it ignored. SIGUSR1 waits.
void signals_catch(void);
bool signals_caught(void);

// Blocks SIGCHLD, SIGINT, SIGTERM, SIGUSR1, SIGTSTP and, unless it is ignored, SIGHUP, and returns the
// signalfd that tells them, or -1 with errno. SIGPIPE is ignored. What was caught before is not told: ask
// signals_caught() afterwards.
int signals_open(void);

// What SIGTSTP (Ctrl-Z) asks for: stops here, and returns when SIGCONT lets the process go on. For whoever
// reads it from the descriptor.
void signals_stop(void);

// The next signal that came, or 0.
int signals_next(int fd);

#endif
