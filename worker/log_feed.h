// The log file, when it was opened again: the coordinator sends its descriptor.
#ifndef WORKER_LOG_FEED_H
#define WORKER_LOG_FEED_H

#include <stdbool.h>

// Takes what was sent; lines go there from then on. Never waits. False: nothing will ever come any more.
bool log_feed_take(void);

#endif
