// Goes on from an earlier run's output and errors files: finds out what is done (resume_scan(), which changes
// nothing), marks it on the board (resume_mark()), and mends the files (resume_repair()), in this order, so
// that nothing is touched before everything was found in order.
#ifndef RATION_RESUME_H
#define RATION_RESUME_H

#include "input/id_table.h"
#include "output/changed.h"
#include "output/result_rewrite.h"
#include "ration/board.h"
#include "ration/outcome.h"
#include "ration/output.h"
#include "ration/result_format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Whose the lines of a file are, by their numbers, which begin at 1. Malloc'ed, the caller's.
struct resume_lines {
    uint32_t *artist;
    size_t count; // numbers
};

struct resume_config {
    const struct result_format *format; // of both files
    int output_fd;                      // O_RDWR
    const char *output_name;
    int errors_fd; // O_RDWR, or -1: there is none
    const char *errors_name;
    struct id_table *ids; // of the whole input, from input_check()
    uint32_t artists;     // of this run; more may be in the input
    // which artists of the errors file are asked again, by the class of their line
    struct outcome_retry retry;
    const struct changed_input *input; // to find changed artists; NULL: do not
    bool redo_changed;                 // they are asked again
    struct resume_lines *lines;        // [OUTPUT_FILES], to be filled; or NULL
};

// Counts of this run's artists.
struct resume_counts {
    uint32_t done;    // have an answer
    uint32_t failed;  // have a line in the errors file that is kept
    uint32_t again;   // had one that will be removed: they are asked again
    uint32_t beyond;  // answered, but behind the limit of this run
    uint64_t cost;    // nano-dollars: what the lines of both files say, those that will be removed included
    uint32_t changed; // have an answer to another input; part of `done`, unless they are asked again
};

struct resume;

// Descriptors of the new files that were put in place of the old ones, the caller's; -1: the old one stands.
struct resume_replaced {
    int output, errors; // O_RDWR | O_APPEND
};

// Reads both files. Each line's artist must be in the input, and at most once in each file; in both, the
// answer counts and the error line will be removed. Lines of artists beyond this run stay as they are. Tells
// the artists whose input has changed since their answer. *config is copied; `ids`, `input` and what it leads
// to are not needed afterwards, but the names must live as long as the result. NULL after the problems were
// told as fatal log lines.
struct resume *resume_scan(const struct resume_config *config);

struct resume_counts resume_counts(const struct resume *resume);

// Calls `mark` for each artist of this run that is done or failed, in order.
void resume_mark(const struct resume *resume,
                 void (*mark)(void *context, uint32_t artist, enum board_verdict verdict), void *context);

// It has an answer to what it would be sent now, as far as that answer tells.
bool resume_fresh(const struct resume *resume, uint32_t artist);

// What locks a new file before it takes the old one's name. NULL: it is not locked.
struct resume_locks {
    result_rewrite_lock *output, *errors;
    void *context; // of both
};

// Mends both tails; when lines must go, puts a new file in the old one's place in one step, see
// result_rewrite(). Can be repeated after a death at any point. 0, or -1 after the problem was told; then no
// new descriptor is left.
int resume_repair(struct resume *resume, const struct resume_locks *locks, struct resume_replaced *replaced);

void resume_free(struct resume *resume);

#endif
