#include "system/program_place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SELF "/proc/self/exe"

// NULL: it is no program.
static char *in_folder(const char *folder, int length, const char *below, const char *name) {
    char *path = NULL;
    if (asprintf(&path, "%.*s%s/%s", length, folder, below, name) < 0) {
        return NULL;
    }
    if (access(path, X_OK) != 0) {
        free(path);
        return NULL;
    }
    return path;
}

// Into the text, which is empty where /proc does not tell: then errno is returned, else 0.
static int where_this_is(char self[PATH_MAX]) {
    ssize_t n = readlink(SELF, self, PATH_MAX - 1);
    self[n > 0 ? n : 0] = '\0';
    return n < 0 ? errno : 0;
}

char *program_place(const char *name, char *problem) {
    char self[PATH_MAX];
    int error = where_this_is(self);
    const char *slash = strrchr(self, '/');
    char *path = NULL;
    if (slash != NULL) {
        path = in_folder(self, (int)(slash - self), "", name);
        path = path != NULL ? path : in_folder(self, (int)(slash - self), "/../libexec/ration", name);
    }
    path = path != NULL ? path : in_folder(RATION_LIBEXECDIR, -1, "", name);
    if (path == NULL && error != 0) {
        (void)snprintf(
            problem, PROGRAM_PLACE_PROBLEM,
            "cannot tell where ration stands: /proc/self/exe: %s; mount /proc, or install %s in %s",
            strerror(error), name, RATION_LIBEXECDIR);
    } else if (path == NULL) {
        (void)snprintf(problem, PROGRAM_PLACE_PROBLEM,
                       "%s is neither beside ration, nor in ../libexec/ration from there, nor in %s", name,
                       RATION_LIBEXECDIR);
    }
    return path;
}

// The kernel says so behind the path of a program that has been replaced or taken away.
char *program_place_own(void) {
    static const char gone[] = " (deleted)";
    char self[PATH_MAX];
    (void)where_this_is(self);
    size_t length = strlen(self), end = sizeof(gone) - 1;
    if (length <= end || strcmp(self + length - end, gone) != 0) {
        return strdup(SELF);
    }
    self[length - end] = '\0';
    return access(self, X_OK) == 0 ? strdup(self) : NULL;
}
