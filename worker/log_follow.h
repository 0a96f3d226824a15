// The log file, when it was opened again: the coordinator sends its descriptor.
#ifndef RATION_LOG_FOLLOW_H
#define RATION_LOG_FOLLOW_H

#include <stdbool.h>

// Takes what was sent; lines go there from then on. Never waits. False: nothing will ever come any more.
bool log_follow_take(void);

#endif
