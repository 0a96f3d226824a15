// The coordinator's own descriptors live far above the numbers that a worker's named descriptors have, so
// that giving a child its own never overwrites a source.
#ifndef RATION_DESCRIPTORS_H
#define RATION_DESCRIPTORS_H

// Moves a descriptor up and makes it close-on-exec; the old number is closed. A negative one stays. -1 with
// errno.
int descriptors_raise(int fd);

// What an errno of opening or raising a descriptor means, and what to do; valid until the next strerror(3).
const char *descriptors_problem(int error);

// First thing in a process: opens /dev/null in the place of each standard descriptor that is closed, so that
// no file ever gets the number that messages are written to. 0, or -1 with errno.
int descriptors_fill_standard(void);

#endif
