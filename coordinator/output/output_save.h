// Saves answers of a run whose files somebody else has changed: what only its descriptors keep alive, and
// what could not be appended.
#ifndef RATION_OUTPUT_SAVE_H
#define RATION_OUTPUT_SAVE_H

#include <stdbool.h>
#include <stdint.h>

struct output_save_job {
    const struct result_format *format; // of its lines
    const char *name;                   // of the file
    const char *run_id;
    int fd;             // of the file
    uint64_t committed; // bytes
    int rescue;         // see output_rescue.h; -1: none
    uint32_t recorded;  // artists of the run that have a line in it
};

// Where the file stands now, in path[PATH_MAX]. False: no name leads to it, or only one that a network file
// system gave it so that it lives as long as it is open.
bool output_save_path(int fd, char *path);

// To NAME.rescued-RUN beside the file, else in the current folder, else in $TMPDIR or /tmp; told. What was
// committed, and the rest; the rest alone: false if there is none.
void output_save_whole(const struct output_save_job *job);
bool output_save_rest(const struct output_save_job *job);

// How many of its lines are still in the file.
void output_save_tell_left(const struct output_save_job *job);

#endif
