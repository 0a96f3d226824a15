// What a worker can still do once it has started: limits of its own, and a seccomp filter that leaves the
// system calls of its loop, of libcurl and of name resolution. Hostile input that takes over a worker finds
// no way to start a program, to open a file for writing, or to touch another process.
#ifndef RATION_SANDBOX_H
#define RATION_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>

struct sandbox_config {
    uint64_t memory;      // bytes of private writable memory, thread stacks included
    uint64_t descriptors; // open at once; cut to what the process may have
    bool spools;          // it has files of its own, which are written at any place: those of batches
    bool tell;            // that the system has no seccomp: one worker of a run does
};

// Limits first, then the filter. For the one thread of the process, after everything that it needs to open
// for writing is open; threads made later (libcurl's resolver) are confined as well. True: everything stands.
// False: the system lacks something, and the worker goes on without it. Sanitized builds set the limits of
// descriptors alone.
bool sandbox_enter(const struct sandbox_config *config);

#endif
