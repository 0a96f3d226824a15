// How workers get a log file that was opened again: they may open nothing for writing, so its descriptor is
// sent to each over a socket of its own. A worker that hangs, or a coordinator that does, loses nothing: what
// is told goes to the old file until then.
#ifndef RATION_LOG_FEED_H
#define RATION_LOG_FEED_H

#include "crew/crew.h"
#include "system/log_file.h"

#include <stdint.h>

// Before the fork: a new socket for the process of this slot. The worker's end, which the caller closes after
// the fork; -1: there is no log file, or no room for the socket (told): it gets none.
int log_feed_open(struct crew *crew, uint32_t slot);
void log_feed_close(struct crew *crew, uint32_t slot);

// SIGUSR1: opens the log file again, in the place of crew->fd.log, and sends it to all workers.
void log_feed_reopen(struct crew *crew, const struct log_file *file);

#endif
