// What stands where an output or errors file is to be: whether a run may have it. Makes and changes nothing.
#ifndef RATION_OUTPUT_PLACE_H
#define RATION_OUTPUT_PLACE_H

#include <stdbool.h>
#include <sys/stat.h>

// Another run's coordinator holds the record lock of this open file, which is told.
bool output_place_alive(const char *name, int fd);

// One that is there may be taken without `resume` as well where it is empty, of a start that failed, say.
bool output_place_free(const struct stat *status, bool resume);

// Tells that it exists already, or that a run is working on it.
void output_place_exists(const char *name);

// *is_new: nothing stands there. 0, or -1 after telling: no regular file, or it may not be taken.
int output_place_check(const char *option, const char *name, bool resume, bool *is_new);

// Likewise, and whether it may be written to and no run works on it. For who does not open it then: the
// process must hold no record lock on it.
int output_place_look(const char *option, const char *name, bool resume);

#endif
