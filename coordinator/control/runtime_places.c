#include "control/runtime_places.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void add(struct runtime_places *places, const char *folder, const char *name, bool private_parent,
                bool named) {
    struct runtime_place *place = &places->place[places->count];
    int length = snprintf(place->path, sizeof(place->path), "%s%s", folder, name);
    if (length < 0 || (size_t)length >= sizeof(place->path) || place->path[0] != '/') {
        return;
    }
    for (size_t i = 0; i < places->count; i++) {
        if (strcmp(places->place[i].path, place->path) == 0) {
            return;
        }
    }
    place->private_parent = private_parent;
    place->named = named;
    places->count++;
}

void runtime_places_list(const char *named, const char *xdg, uid_t uid, struct runtime_places *places) {
    char user[32];
    *places = (struct runtime_places){0};
    if (named != NULL && named[0] != '\0') {
        add(places, named, "", false, true);
        return;
    }
    if (xdg != NULL) {
        add(places, xdg, "/ration", true, false);
    }
    (void)snprintf(user, sizeof(user), "/run/user/%lu", (unsigned long)uid);
    add(places, user, "/ration", true, false);
    (void)snprintf(user, sizeof(user), "-%lu", (unsigned long)uid);
    add(places, "/tmp/ration", user, false, false);
}

void runtime_places_take(struct runtime_places *places) {
    runtime_places_list(getenv("RATION_RUNTIME_DIR"), getenv("XDG_RUNTIME_DIR"), geteuid(), places);
}

static bool parent_is_ours(const char *path) {
    char copy[RUNTIME_PATH_SIZE];
    struct stat status;
    (void)snprintf(copy, sizeof(copy), "%s", path);
    return stat(dirname(copy), &status) == 0 && status.st_uid == geteuid();
}

int runtime_places_open(const struct runtime_place *place, bool make) {
    struct stat status;
    if (place->private_parent && !parent_is_ours(place->path)) {
        errno = EPERM;
        return -1;
    }
    if (make && mkdir(place->path, 0700) != 0 && errno != EEXIST) {
        return -1;
    }
    int fd = open(place->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        errno = errno == ELOOP || errno == ENOTDIR ? EPERM : errno;
        return -1;
    }
    bool ours = fstat(fd, &status) == 0 &&
                (status.st_uid == geteuid() || (place->named && !make && geteuid() == 0)) &&
                (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
    if (!ours) {
        (void)close(fd);
        errno = EPERM;
        return -1;
    }
    return fd;
}
