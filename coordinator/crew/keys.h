// The keys that commands print: run in time and when a key is refused, and given to the workers that are at
// work. The loop is never held up.
#ifndef RATION_KEYS_H
#define RATION_KEYS_H

#include "config/config_sessions.h"
#include "crew/crew.h"
#include "ration/snapshot.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct keys;

// Of the sessions that have a command, whose first key they have already. *keys is NULL where none has. 0, or
// -1: out of memory.
int keys_open(struct keys **keys, struct config_sessions *sessions, uint64_t ttl, uint64_t now);

// In each tick. Whoever has a new key is enabled again, and the workers are told.
void keys_tick(struct keys *keys, struct crew *crew, const struct snapshot *look);

// A session's key is refused, and another one is on its way, or may yet come: the run is not over for it.
// NULL: false.
bool keys_pending(const struct keys *keys);

// A child that is no worker has ended. False: it is none of ours.
bool keys_reaped(struct keys *keys, pid_t pid, int wait_status);

// All keys into a pipe, for a worker: each with a line end, and a NUL behind the last. 0, or -1 with errno;
// EAGAIN: it is full.
int keys_write(const struct config_sessions *sessions, int fd);

// Kills what runs, and wipes. NULL is allowed.
void keys_close(struct keys *keys);

#endif
