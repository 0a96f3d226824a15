// The two files of a run, and the one transaction that changes them: lines appended, board marked, under the
// output guard.
#ifndef RATION_OUTPUT_H
#define RATION_OUTPUT_H

#include "ration/arena.h"
#include "ration/board.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum output_file { OUTPUT_ANSWERS, OUTPUT_ERRORS, OUTPUT_FILES };

#define OUTPUT_MAX_LINES 48U // of one append

// What the requests cost whose answers are appended, and what was reserved for them: of those alone whose
// bookings are settled later. A death between the two then leaves no doubt of the cost.
struct output_bill {
    uint64_t cost, reserve; // nano-dollars
};

// One process's view. The descriptors are inherited, opened O_APPEND by the coordinator, and stay the
// caller's.
struct output {
    struct arena *arena;
    int fd[OUTPUT_FILES];
    int rescue;              // see output_rescue.h
    struct output_bill bill; // of the next append; which clears it when it has succeeded. Workers alone
    // artists of the run with that file's verdict, right after this process's last append
    uint32_t recorded[OUTPUT_FILES];
    uint64_t begun[OUTPUT_FILES]; // how far this process has seen to it that it is on its way to the disk
};

// Each process once: also tells both guards' rollback how to cut the files back. `output` must live as long
// as the arena.
void output_attach(struct output *output);

// Coordinator, before the first spawn: the files' lengths as they stand.
void output_set_length(struct arena *arena, enum output_file file, uint64_t length);
uint64_t output_length(const struct arena *arena, enum output_file file);

// Coordinator, before the first spawn, when both files have their names. From then on a file that loses its
// last name is taken for deleted, unless the file system does not count names.
void output_note_links(struct output *output);

// Appends `text` (`lines` whole lines, at most OUTPUT_MAX_LINES, one for each of artist[]) and marks those
// artists with the file's verdict. It panics when an artist already has a verdict: the caller must not hold
// that one. 0, or an errno (ENOSPC, EDQUOT, EIO, …): nothing was changed, neither file nor board; ETIMEDOUT:
// `deadline` passed (worker), or the guard is busy (slot GUARD_COORDINATOR, which never waits);
// OUTPUT_CHANGED: somebody else has changed the file.
int output_append(struct output *output, uint32_t slot, enum output_file file, const char *text,
                  size_t length, const uint32_t *artist, size_t lines, uint64_t deadline);

// Somebody else has changed a file: it is longer or shorter than what was committed, or has no name any more.
// From then on nothing is written to it, and nothing cut from it, by anyone.
#define OUTPUT_CHANGED ESTALE
bool output_changed(const struct arena *arena, enum output_file file);
// Coordinator (GUARD_COORDINATOR), anyone who owns a slot: looks at both files. false: the guard is busy.
bool output_look(struct output *output, uint32_t slot);

#endif
