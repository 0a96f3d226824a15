#include "control/run_attach.h"

#include "control/client.h"
#include "control/run_list.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct arena *open_arena(const struct run_info *info, int *status) {
    struct arena *arena = arena_open(info->arena, false);
    if (arena == NULL && errno == EPROTO) {
        (void)fprintf(
            stderr,
            "ration: run %s (pid %d) is of another version of ration: ration stop, pause, resume and "
            "workers reach it; its log and its --listen page tell how it is\n",
            info->run_id, (int)info->pid);
        *status = CLIENT_FAILED;
        return NULL;
    }
    if (arena == NULL || strcmp(arena_run_id(arena), info->run_id) != 0) {
        (void)fprintf(stderr, "ration: run %s has just ended\n", info->run_id);
        arena_close(arena);
        *status = CLIENT_NO_RUN;
        return NULL;
    }
    return arena;
}

struct arena *run_attach(const char *name, struct run_info *info, int *status) {
    struct run_list list;
    struct arena *arena = NULL;
    if (run_list_take(&list) != 0) {
        *status = CLIENT_FAILED;
        return NULL;
    }
    const struct run_entry *entry = run_list_find(&list, name);
    *status = CLIENT_NO_RUN;
    if (entry != NULL) {
        *info = entry->info;
        arena = open_arena(info, status);
    }
    run_list_free(&list);
    return arena;
}
