// What a run tells of itself in run.json, for the commands that look for it.
#ifndef RATION_RUN_INFO_H
#define RATION_RUN_INFO_H

#include "ration/arena.h"
#include "ration/clock.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define RUN_INFO_MOST 32768U // bytes of run.json

struct run_info {
    char run_id[ARENA_RUN_ID_SIZE];
    pid_t pid;
    char output[PATH_MAX]; // absolute
    char input[PATH_MAX];  // absolute, or "-"
    char arena[ARENA_NAME_SIZE];
    char started[CLOCK_RFC3339_SIZE];
};

// A new run's id: its beginning and a random part, as 20260131T235959-0a1b2c.
void run_info_make_id(char out[ARENA_RUN_ID_SIZE]);

// True for a string of the form that run ids have. Folders of other names are nobody's business.
bool run_info_is_run_id(const char *text);

// What this process has to tell of its run. `output` and `input` are names as the user wrote them.
void run_info_fill(struct run_info *info, const struct arena *arena, const char *arena_name,
                   const char *output, const char *input);

// One JSON line; malloc'ed by cJSON (free with cJSON_free), or NULL when out of memory.
char *run_info_encode(const struct run_info *info);

// 0, or -1 when it is no whole run.json.
int run_info_decode(const char *text, size_t length, struct run_info *info);

#endif
