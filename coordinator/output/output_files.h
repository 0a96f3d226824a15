// Opens the two files of a run, and holds the run's lock on the output. The lock is a flock(2), which belongs
// to the open file: the workers inherit it, and it is free only when the last of them has gone. Beside it a
// POSIX record lock, which is not inherited, tells whether the coordinator itself is alive. As an output can
// be replaced under its name, a lock counts only on the file that the name leads to once it is held.
#ifndef RATION_OUTPUT_FILES_H
#define RATION_OUTPUT_FILES_H

#include <stdbool.h>
#include <sys/types.h>

struct output_files {
    const char *output_name, *errors_name;
    int output, errors; // O_RDWR | O_APPEND
    bool output_new, errors_new;
    dev_t device; // of the output
    ino_t inode;
};

// Without `resume` neither file may exist. Waits for the workers of a dead coordinator, and says so. 0, or -1
// after telling or after a signal (signals_caught()); then nothing is left open, and no new file is left.
int output_files_open(const char *output, const char *errors, bool resume, struct output_files *files);

// Takes the run's lock on a file that is to become the output, before it has the output's name: as long as
// the run holds both, nobody else can take the output for free. No other descriptor of that file may be
// closed from then on. 0, or -1 with errno.
int output_files_lock(int fd);

// Likewise for a file that is to become the errors file: no other run may write the same one. 0, or -1 with
// errno.
int output_files_lock_errors(int fd);

// Takes over the descriptors of new files that were put in place of the old ones; -1: the old one stands. The
// output's device and inode change, and with them the arena's name. 0, or -1 after telling.
int output_files_replace(struct output_files *files, int output, int errors);

// Nothing was written: removes files that did not exist before.
void output_files_discard(struct output_files *files);

// At the end: syncs both, removes an empty errors file, closes. 0, or -1 after telling.
int output_files_close(struct output_files *files);

#endif
