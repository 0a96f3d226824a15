// Who this machine is in a fleet, kept beside its output: the next start of the same machine hands in what is
// left, and settles what that one held, at once.
#ifndef RATION_MEMBER_IDENTITY_H
#define RATION_MEMBER_IDENTITY_H

#include "ration/output.h"

#include <stdbool.h>
#include <stdint.h>

#define MEMBER_IDENTITY_SIZE 37

// A new one: a random UUID. false: there is no randomness.
bool member_identity_make(char id[MEMBER_IDENTITY_SIZE]);
// The file's path, malloc'ed; NULL: out of memory.
char *member_identity_path(const char *output);
// "" where there is no file, or none of an identity. from: where its own lines begin in the answers and in
// the errors file, what is before them having been handed in by who this machine was earlier.
void member_identity_read(const char *path, char id[MEMBER_IDENTITY_SIZE], uint64_t from[OUTPUT_FILES]);
// Synced. 0 or -1 with errno.
int member_identity_keep(const char *path, const char *id, const uint64_t from[OUTPUT_FILES]);

#endif
