// A process that is run instruction by instruction, and the one that wants the guard meanwhile.
#ifndef CRASH_STEPS_H
#define CRASH_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// What a process does; its context is the caller's. Returns its exit status.
typedef int steps_body(void *context);

#define STEPS_MOST 20000 // instructions of one body

// Starts a process that stands before the first instruction of `body`, with the trail empty. -1: this machine
// allows no tracing.
pid_t steps_start_trail(steps_body *body, void *context);
// Runs one instruction, which is added to the trail. false: the body has ended.
bool steps_on(pid_t pid);

// Starts a process that takes the way of the last trail, and stops it after so many instructions. 0: it took
// another way, and has ended.
pid_t steps_start(steps_body *body, void *context, size_t instructions);

// When the next instruction is a call of write(2): what would be written, with its length; else NULL.
const char *steps_writes(pid_t pid, size_t *length);

// Kills it where it stands, and returns when it is gone.
void steps_kill(pid_t pid);
// Lets it run on, untraced.
void steps_let_go(pid_t pid);

// Starts a process that runs freely, and returns when it has ended or sleeps.
pid_t steps_sleeper(steps_body *body, void *context);
// Waits until that process, or one that was let go, has ended. Its exit status; -1: it did not end in time,
// and was killed.
int steps_end(pid_t pid);

#endif
