// What was found out of limits that nobody tells, as the record of a run keeps it: a line for each session.
// Pure.
#ifndef RATION_LIMITS_FOUND_H
#define RATION_LIMITS_FOUND_H

#include "ration/silent.h"
#include "ration/snapshot.h"

#define LIMITS_FOUND_MOST 2048U

// "rate 10204081 20 default\n" (nanoseconds, burst, session), "places 16 default\n"; "": nothing was found.
void limits_found_write(const struct snapshot *look, char out[LIMITS_FOUND_MOST]);

// What of it is that session's; form SILENT_NONE: nothing, or what makes no sense.
struct silent_known limits_found_of(const char *text, const char *session);

#endif
