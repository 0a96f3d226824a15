#include "control/run_list.h"

#include "ration/utf8.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int add(struct run_list *list, const struct run_info *info, const struct runtime_place *place) {
    struct run_entry *grown = reallocarray(list->entry, list->count + 1, sizeof(*grown));
    if (grown == NULL) {
        return -1;
    }
    list->entry = grown;
    struct run_entry *entry = &grown[list->count++];
    entry->info = *info;
    entry->place = *place;
    return 0;
}

static int look_at(struct run_list *list, int base, const struct runtime_place *place, const char *run_id) {
    struct run_folder folder;
    struct run_info info;
    int result = 0;
    if (!run_info_is_run_id(run_id) || run_folder_open(base, place->path, run_id, &folder) != 0) {
        return 0;
    }
    // One that tells nothing yet is just beginning.
    if (run_folder_alive(&folder) && run_folder_read(&folder, &info) == 0 &&
        strcmp(info.run_id, run_id) == 0) {
        result = add(list, &info, place);
    }
    run_folder_close(&folder);
    return result;
}

static int take_place(struct run_list *list, const struct runtime_place *place) {
    int base = runtime_places_open(place, false);
    if (base < 0) {
        return 0;
    }
    run_folder_sweep(base, place->path);
    DIR *names = fdopendir(base);
    const struct dirent *entry;
    int result = 0;
    if (names == NULL) {
        (void)close(base);
        return -1;
    }
    while (result == 0 && (entry = readdir(names)) != NULL) {
        result = look_at(list, base, place, entry->d_name);
    }
    (void)closedir(names);
    return result;
}

static int compare(const void *a, const void *b) {
    const struct run_entry *one = a;
    const struct run_entry *other = b;
    return strcmp(one->info.run_id, other->info.run_id);
}

int run_list_take(struct run_list *list) {
    struct runtime_places places;
    *list = (struct run_list){0};
    runtime_places_take(&places);
    for (size_t i = 0; i < places.count; i++) {
        if (take_place(list, &places.place[i]) != 0) {
            run_list_free(list);
            (void)fputs("ration: out of memory\n", stderr);
            return -1;
        }
    }
    if (list->count > 0) {
        qsort(list->entry, list->count, sizeof(*list->entry), compare);
    }
    return 0;
}

void run_list_free(struct run_list *list) {
    free(list->entry);
    *list = (struct run_list){0};
}

static bool fits(const struct run_info *info, const char *name, const char *output) {
    return name == NULL || strncmp(info->run_id, name, strlen(name)) == 0 ||
           (output != NULL && strcmp(info->output, output) == 0);
}

enum run_list_choice run_list_choose(const struct run_list *list, const char *name, const char *output,
                                     size_t *chosen) {
    size_t found = 0;
    if (name != NULL && name[0] == '\0') {
        return RUN_LIST_NONE;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (fits(&list->entry[i].info, name, output)) {
            *chosen = i;
            found++;
        }
    }
    return found == 1 ? RUN_LIST_ONE : found == 0 ? RUN_LIST_NONE : RUN_LIST_SEVERAL;
}

static void tell_runs(const struct run_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        const struct run_info *info = &list->entry[i].info;
        char shown[PATH_MAX];
        (void)fprintf(stderr, "  %s  pid %d  output %s\n", info->run_id, (int)info->pid,
                      utf8_shown(info->output, shown, sizeof(shown)));
    }
}

static void tell_places(void) {
    struct runtime_places places;
    runtime_places_take(&places);
    (void)fputs("  looked in", stderr);
    for (size_t i = 0; i < places.count; i++) {
        (void)fprintf(stderr, "%s %s", i > 0 ? "," : "", places.place[i].path);
    }
    (void)fputc('\n', stderr);
}

const struct run_entry *run_list_find(const struct run_list *list, const char *name) {
    size_t chosen = 0;
    char *output = name != NULL ? realpath(name, NULL) : NULL;
    enum run_list_choice choice = run_list_choose(list, name, output, &chosen);
    free(output);
    switch (choice) {
    case RUN_LIST_ONE:
        return &list->entry[chosen];
    case RUN_LIST_SEVERAL:
        (void)fprintf(stderr, "ration: %s%s%s; name one of them with --run:\n", name != NULL ? "\"" : "",
                      name != NULL ? name : "several runs are at work",
                      name != NULL ? "\" fits several runs" : "");
        tell_runs(list);
        break;
    case RUN_LIST_NONE:
        if (list->count == 0) {
            (void)fprintf(stderr, "ration: no run of this user is at work on this machine\n");
            tell_places();
        } else {
            (void)fprintf(stderr, "ration: \"%s\" is no run at work; it may have ended. These are:\n", name);
            tell_runs(list);
        }
        break;
    }
    return NULL;
}

bool run_list_none(const char *name) {
    struct run_list list;
    size_t chosen;
    if (run_list_take(&list) != 0) {
        return false;
    }
    char *output = name != NULL ? realpath(name, NULL) : NULL;
    bool none = run_list_choose(&list, name, output, &chosen) == RUN_LIST_NONE;
    free(output);
    run_list_free(&list);
    return none;
}
