// A prompt and an address in the place of those that are not named yet, so that all else can be looked at as
// a run would.
#ifndef RATION_STAND_IN_H
#define RATION_STAND_IN_H

#define STAND_IN_PATH 64
#define STAND_IN_URL "https://api.invalid/v1" // which is never asked

// Makes a file in memory with that text; `path` names it for as long as the returned descriptor is open,
// which the caller closes. -1 with errno.
int stand_in_prompt(const char *text, char path[STAND_IN_PATH]);

#endif
