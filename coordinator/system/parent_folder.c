#include "system/parent_folder.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *parent_folder(const char *path, char out[PATH_MAX]) {
    const char *slash = strrchr(path, '/');
    int length = slash == NULL || slash == path ? 1 : (int)(slash - path);
    (void)snprintf(out, PATH_MAX, "%.*s", length, slash != NULL ? path : ".");
    return out;
}

bool parent_folder_writable(const char *path) {
    char folder[PATH_MAX];
    return access(parent_folder(path, folder), W_OK | X_OK) == 0;
}
