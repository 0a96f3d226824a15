// Who this machine is in a fleet, kept beside its output: the next start of the same machine hands in what is
// left, and settles what that one held, at once.
#ifndef RATION_MEMBER_IDENTITY_H
#define RATION_MEMBER_IDENTITY_H

#include "ration/arena.h"
#include "ration/output.h"

#include <stdbool.h>
#include <stdint.h>

#define MEMBER_IDENTITY_SIZE 37

// A new one: a random UUID. false: there is no randomness.
bool member_identity_make(char id[MEMBER_IDENTITY_SIZE]);
// The file's path, malloc'ed; NULL: out of memory.
char *member_identity_path(const char *output);
// What is kept of it.
struct member_identity {
    char id[MEMBER_IDENTITY_SIZE]; // "": there is no file, or none of an identity
    // where its own lines begin in the answers and in the errors file, what is before them having been handed
    // in by who this machine was earlier
    uint64_t from[OUTPUT_FILES];
    char run_id[ARENA_RUN_ID_SIZE]; // whose arena tells what it had in flight; "": an earlier version's
    bool ended;                     // nothing was in flight when its run ended
};
void member_identity_read(const char *path, struct member_identity *identity);
// Synced. 0 or -1 with errno.
int member_identity_keep(const char *path, const struct member_identity *identity);

#endif
