#include "records/problem.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void problem_clear(struct problem *problem) {
    problem->noted = false;
    problem->stop = false;
    problem->text[0] = '\0';
}

static void tell(struct problem *problem, uint64_t line, size_t column, const char *format, va_list args) {
    char what[640];
    vsnprintf(what, sizeof(what), format, args);
    if (line == 0) {
        snprintf(problem->text, sizeof(problem->text), "%s: %s", problem->name, what);
    } else if (column == 0) {
        snprintf(problem->text, sizeof(problem->text), "%s:%" PRIu64 ": %s", problem->name, line, what);
    } else {
        snprintf(problem->text, sizeof(problem->text), "%s:%" PRIu64 ":%zu: %s", problem->name, line, column,
                 what);
    }
    problem->noted = true;
}

void problem_note(struct problem *problem, uint64_t line, size_t column, const char *format, ...) {
    if (problem->noted) {
        return;
    }
    va_list args;
    va_start(args, format);
    tell(problem, line, column, format, args);
    va_end(args);
}

void problem_stop(struct problem *problem, uint64_t line, size_t column, const char *format, ...) {
    va_list args;
    va_start(args, format);
    tell(problem, line, column, format, args);
    va_end(args);
    problem->stop = true;
}
