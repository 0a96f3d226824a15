// The coordinator's own descriptors live far above the numbers that a worker's named descriptors have, so that giving a child
// its own never overwrites a source.
#ifndef RATION_DESCRIPTORS_H
#define RATION_DESCRIPTORS_H

// Moves a descriptor up and makes it close-on-exec; the old number is closed. A negative one stays. -1 with errno.
int descriptors_raise(int fd);

#endif
