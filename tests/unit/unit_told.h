// What was told on stderr while a test called something.
#ifndef UNIT_TOLD_H
#define UNIT_TOLD_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct unit_told {
    int file, kept;
    char text[8192];
};

static inline void told_begin(struct unit_told *told) {
    (void)fflush(stderr);
    told->kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    told->file = memfd_create("told", MFD_CLOEXEC);
    if (told->kept < 0 || told->file < 0 || dup2(told->file, STDERR_FILENO) < 0) {
        abort();
    }
}

// Stderr is as it was; returns what was told since, cut to the buffer.
static inline const char *told_end(struct unit_told *told) {
    (void)fflush(stderr);
    ssize_t n = pread(told->file, told->text, sizeof(told->text) - 1, 0);
    told->text[n > 0 ? n : 0] = '\0';
    if (dup2(told->kept, STDERR_FILENO) < 0) {
        abort();
    }
    (void)close(told->kept);
    (void)close(told->file);
    return told->text;
}

#endif
