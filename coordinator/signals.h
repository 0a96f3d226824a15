// Signals as events: blocked, and read from a descriptor by the supervising loop.
#ifndef RATION_SIGNALS_H
#define RATION_SIGNALS_H

// Blocks SIGCHLD, SIGINT, SIGTERM and SIGHUP and returns the signalfd that tells them, or -1 with errno. SIGPIPE is ignored.
int signals_open(void);

// The next signal that came, or 0.
int signals_next(int fd);

#endif
