// A run's own folder, mode 0700, named by its run id: the control socket and run.json. The run holds a
// flock(2) on the folder, so that anyone can tell a living run from a dead one, whatever has become of its
// pid; the kernel lets go of it at any death.
#ifndef RATION_RUN_FOLDER_H
#define RATION_RUN_FOLDER_H

#include "control/run_info.h"
#include "control/runtime_places.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/un.h>

#define RUN_FOLDER_SOCKET "control"
#define RUN_FOLDER_TOKEN "http-token"
#define RUN_FOLDER_PATH_SIZE (RUNTIME_PATH_SIZE + ARENA_RUN_ID_SIZE + 1)

struct run_folder {
    int base; // the folder that all runs of a place share
    int fd;   // this run's, locked while it lives
    char run_id[ARENA_RUN_ID_SIZE];
    char path[RUN_FOLDER_PATH_SIZE];
};

// For the run itself: makes and locks its folder in the first place that can be used. 0, or -1 with errno of
// the last place.
int run_folder_make(struct run_folder *folder, const char *run_id);

// Writes run.json, whole or not at all. 0, or -1 with errno.
int run_folder_write(const struct run_folder *folder, const struct run_info *info);

// For the run itself, at its end.
void run_folder_remove(struct run_folder *folder);

// For anyone. Opens the folder of a run in `base`. 0, or -1 with errno; EPERM: it is not a folder, or another
// user's.
int run_folder_open(int base, const char *place, const char *run_id, struct run_folder *folder);
void run_folder_close(struct run_folder *folder);
// false: its run is dead; it is then held as such until run_folder_close().
bool run_folder_alive(const struct run_folder *folder);
// 0, or -1 when there is no whole run.json yet.
int run_folder_read(const struct run_folder *folder, struct run_info *info);

// The address of the socket; through the descriptor when the path is too long for an address.
void run_folder_address(const struct run_folder *folder, struct sockaddr_un *address);

// Removes what dead runs left in `base`.
void run_folder_sweep(int base, const char *place);

#endif
