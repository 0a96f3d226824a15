// A program that is started again and again while a run lasts: the one that was there when the run began,
// also after another version was installed in its place, or after it was taken away. A package that is
// upgraded so never mixes two versions in one run.
#ifndef RATION_PROGRAM_HELD_H
#define RATION_PROGRAM_HELD_H

#include <sys/types.h>

struct program_held {
    char *path;
    int fd; // of the file that stood at path; negative: none
    dev_t device;
    ino_t file;
};
#define PROGRAM_HELD_NONE   \
    (struct program_held) { \
        .fd = -1            \
    }

// Holds the program at this path, which it owns from then on, also where it fails. 0, or -1 with errno.
int program_held_open(struct program_held *program, char *path);

// In a child, async-signal-safe: closes all descriptors from this number on, and becomes the program. Where
// the path still leads to it, by its path, so that the process has its name from the first moment on. Comes
// back where it cannot.
void program_held_become(const struct program_held *program, int number, char *const *arguments,
                         char *const *environment);

void program_held_close(struct program_held *program);

#endif
