// What is wrong with the input, as "file:line: what; what to do". The first problem of a record is kept.
#ifndef RATION_PROBLEM_H
#define RATION_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem {
    const char *name; // of the file; the owner's
    bool noted;
    bool stop; // the records behind it cannot be told apart any more
    char text[2048];
};

void problem_clear(struct problem *problem);

// `line` 0: the file as a whole; `column` 0: the line as a whole.
void problem_note(struct problem *problem, uint64_t line, size_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// Likewise, and reading cannot go on. Replaces a problem that was noted before.
void problem_stop(struct problem *problem, uint64_t line, size_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
